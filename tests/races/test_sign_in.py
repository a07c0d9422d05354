"""Many at once: the ladder, the letter, the account and the link give what they give exactly once."""

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from idp.domain.mails import MailKind
from idp.domain.refusals import Refusal
from idp.models import (
    Account,
    BrowserSession,
    Enrolment,
    FirstConnection,
    Holder,
    Mail,
    Password,
    ProvisionalPassword,
)
from idp.services import accounts, attempt, first_connection, login, mail_links, recovery, sessions
from idp.services.login import Outcome, Refused, SignedIn
from idp.services.mail_links import Purpose
from idp.services.vault import Vault
from tests.conftest import MakeWork
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter, newest_mail
from tests.races.together import together
from tests.visitor import Visitor


def try_once(make_work: MakeWork, identifier: str, secret: str, verified: Counter[str]) -> Outcome:
    work = make_work()
    counted = attempt.reserve(work, identifier, secret)
    work.db.commit()
    verified["real hashes"] += counted.hashed is not None
    outcome = login.settle(work, counted, attempt.verify(work.vault, counted))
    work.db.commit()
    work.db.close()
    return outcome


@pytest.mark.threat("T-08")
def test_a_hundred_wrong_passwords_at_once_get_three_tries(make_work: MakeWork) -> None:
    work = make_work()
    add_account(work, add_holder(work, "7400001"))
    work.db.commit()
    verified: Counter[str] = Counter()
    outcomes = together(100, lambda number: try_once(make_work, "7400001", f"Faux-{number:04}", verified))
    assert verified["real hashes"] <= 3
    assert outcomes.count(Refused(Refusal.CLOSED)) >= 97
    assert not any(isinstance(outcome, SignedIn) for outcome in outcomes)


@pytest.mark.threat("T-02")
def test_fifty_wrong_codes_at_once_do_not_outrun_the_letter(make_work: MakeWork) -> None:
    work = make_work()
    letter = add_letter(work, add_holder(work, "7400002"))
    work.db.commit()
    verified: Counter[str] = Counter()
    together(50, lambda number: try_once(make_work, "7400002", f"{number + 111111}", verified))
    work.db.refresh(letter)
    assert verified["real hashes"] == letter.failures == 3


@pytest.mark.threat("T-86")
def test_twenty_completions_at_once_make_one_account(make_work: MakeWork) -> None:
    work = make_work()
    holder = add_holder(work, "7400003")
    letter = add_letter(work, holder)
    first = first_connection.begin(work, holder, letter.id, CODE, None)
    assert first is not None
    first.email, first.email_verified_at = "chloe@example.org", work.now
    work.db.commit()
    hashed = work.vault.hash_password(PASSWORD)

    def complete(_: int) -> bool:
        mine = make_work()
        account = first_connection.complete(mine, mine.db.get_one(FirstConnection, first.id), hashed)
        mine.db.commit()
        mine.db.close()
        return account is not None

    assert together(20, complete).count(True) == 1
    counts = [work.db.scalar(select(func.count()).select_from(table)) for table in (Account, Enrolment, Password)]
    assert counts == [1, 1, 1]
    assert work.db.scalar(select(func.count()).where(Mail.kind == MailKind.ACCOUNT_OPENED)) == 1
    assert work.db.scalar(select(func.count()).where(ProvisionalPassword.used_at.is_not(None))) == 1


@pytest.mark.threat("T-03")
def test_correcting_and_confirming_at_once_never_verifies_the_wrong_address(make_work: MakeWork) -> None:
    work = make_work()
    for number in range(10):
        holder = add_holder(work)
        first = first_connection.begin(work, holder, add_letter(work, holder).id, CODE, None)
        assert first is not None
        first_connection.give_email(work, first, "mine@example.org", None)
        token = newest_mail(work, MailKind.CONFIRM_EMAIL)[1]
        work.db.commit()

        def act(turn: int, first_id: int = first.id, token: str = token) -> None:
            mine = make_work()
            if turn:
                theirs = mine.db.get_one(FirstConnection, first_id)
                first_connection.give_email(mine, theirs, "somebody@example.org", None)
            elif (link := mail_links.find(mine, Purpose.CONFIRM_EMAIL, token)) is not None:
                first_connection.confirm(mine, link)
            mine.db.commit()
            mine.db.close()

        together(2, act)
        work.db.refresh(first)
        assert (first.email, first.email_verified_at) == ("somebody@example.org", None), number
        work.db.commit()


@pytest.mark.threat("T-13")
def test_a_reset_link_used_twice_at_once_works_once(make_work: MakeWork) -> None:
    work = make_work()
    add_account(work, add_holder(work, "7400004"))
    recovery.ask(work, "7400004", None)
    token = newest_mail(work, MailKind.RESET_PASSWORD)[1]
    work.db.commit()

    def store(number: int) -> bool:
        mine = make_work()
        link = recovery.find(mine, token)
        stored = link is not None and recovery.store(mine, link, f"hash {number}")
        mine.db.commit()
        mine.db.close()
        return stored

    assert together(10, store).count(True) == 1


def until_it_waits(engine: Engine, done: "Future[Any]") -> None:
    """Return when a transaction of this database waits for another one's lock, or there is nothing to wait for."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with Session(engine) as db:
        while not done.done() and not db.scalar(text(waiting)):
            db.rollback()


@pytest.mark.postgres
@pytest.mark.threat("T-13")
def test_who_signs_in_by_a_password_that_changes_at_this_very_moment_is_not_in(
    make_work: MakeWork, engine: Engine
) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer")
    work = make_work()
    account = add_account(work, add_holder(work, "7400006"))
    work.db.commit()
    counted = attempt.reserve(work, "7400006", PASSWORD)
    work.db.commit()
    verdict = attempt.verify(work.vault, counted)
    assert verdict.right

    def settle() -> Outcome:
        mine = make_work()
        outcome = login.settle(mine, counted, verdict)
        if isinstance(outcome, SignedIn):
            sessions.start(mine, outcome.account_id, ["pwd"], None)
        mine.db.commit()
        return outcome

    changing = make_work()
    accounts.set_password(changing, changing.db.get_one(Account, account.id), "another hash")
    changing.db.flush()
    with ThreadPoolExecutor(1) as pool:
        settled = pool.submit(settle)
        until_it_waits(engine, settled)
        changing.db.commit()
        assert settled.result() == Refused(Refusal.WRONG_CREDENTIALS)
    alive = select(func.count()).select_from(BrowserSession).where(BrowserSession.ended_at.is_(None))
    assert work.db.scalar(alive) == 0


def test_two_ways_to_an_account_at_once_make_one(make_work: MakeWork) -> None:
    """Somebody finishes the first connection while a recovery link for the same holder is used."""
    work = make_work()
    holder = add_holder(work, "7400005", email="registre@example.org")
    first = first_connection.begin(work, holder, add_letter(work, holder).id, CODE, None)
    assert first is not None
    first.email, first.email_verified_at = "chloe@example.org", work.now
    recovery.ask(work, "7400005", None)
    token = newest_mail(work, MailKind.RESET_PASSWORD)[1]
    work.db.commit()
    hashed = work.vault.hash_password(PASSWORD)

    def finish(number: int) -> None:
        mine = make_work()
        if number % 2:
            first_connection.complete(mine, mine.db.get_one(FirstConnection, first.id), hashed)
        elif (link := recovery.find(mine, token)) is not None:
            recovery.store(mine, link, hashed)
        mine.db.commit()
        mine.db.close()

    together(10, finish)
    assert work.db.scalar(select(func.count()).select_from(Account)) == 1
    assert work.db.scalar(select(func.count()).select_from(Enrolment)) == 1


@pytest.mark.threat("T-86")
def test_twenty_identical_posts_get_friendly_answers(app: Flask, make_work: MakeWork, vault: Vault) -> None:
    work = make_work()
    holder = add_holder(work, "7400006")
    add_letter(work, holder)
    work.db.commit()
    visitor = Visitor(app)
    visitor.get("/first-connection")
    visitor.submit(identifier="7400006", password=CODE)
    with Session(work.db.get_bind()) as db:
        first = db.scalars(select(FirstConnection).join(Holder).where(Holder.identifier == "7400006")).one()
        first.email, first.email_verified_at = "chloe@example.org", work.now
        db.commit()
    visitor.get("/first-connection/password")
    fields = {"csrf_token": visitor.token(), "password": PASSWORD, "confirmation": PASSWORD}
    jar = [visitor.client.get_cookie(name) for name in ("paris-browser", "paris-session")]
    cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in jar if cookie)

    def post(_: int) -> int:
        client = app.test_client(use_cookies=False)
        answer = client.post(
            "/paris/first-connection/password",
            base_url="http://localhost:8000",
            data=fields,
            headers={"Cookie": cookies},
        )
        return answer.status_code

    assert set(together(20, post)) == {303}
    assert work.db.scalar(select(func.count()).select_from(Account)) == 1
