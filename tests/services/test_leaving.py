"""The end of a contract: who may still do what, and when the account closes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.domain.refusals import Refusal
from idp.models import Account, Enrolment, Event, Holder, Identifier, Remembered
from idp.services import (
    accounts,
    activation,
    attempt,
    first_connection,
    leaving,
    login,
    mail_links,
    people,
    recovery,
    registration,
    remembering,
    sessions,
)
from idp.services.activation import Activated
from idp.services.letters import NoLetter, recipients
from idp.services.login import FirstConnectionStarted, Refused, SignedIn
from idp.services.mail_links import Purpose
from idp.services.work import Work
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter, newest_mail

GRACE = timedelta(days=90)
WRONG = Refused(Refusal.WRONG_CREDENTIALS)


def try_once(work: Work, identifier: str, secret: str) -> login.Outcome:
    counted = attempt.reserve(work, identifier, secret)
    return login.settle(work, counted, attempt.verify(work.vault, counted))


def ended(work: Work, ago: timedelta) -> tuple[Holder, Account]:
    """Somebody with an account whose contract ended so long ago."""
    holder = add_holder(work)
    account = add_account(work, holder)
    holder.until = work.now.date() - ago
    work.db.flush()
    return holder, account


def enrol(work: Work, account: Account, holder: Holder) -> None:
    """Give an account one more contract."""
    work.db.add(Enrolment(landlord="paris", account_id=account.id, holder_id=holder.id, enrolled_at=work.now))
    work.db.flush()


@pytest.mark.threat("T-19")
def test_an_ended_contract_lets_its_person_in_for_a_while(work: Work) -> None:
    holder, account = ended(work, GRACE)
    assert try_once(work, holder.identifier, PASSWORD) == SignedIn(account.id)
    holder.until = work.now.date() - GRACE - timedelta(days=1)
    assert try_once(work, holder.identifier, PASSWORD) == Refused(Refusal.CONTRACT_ENDED)


def test_who_left_the_registry_has_the_same_time(work: Work) -> None:
    holder, account = ended(work, timedelta(0))
    holder.until, holder.left_at = None, work.now
    work.db.flush()
    assert accounts.may_sign_in(replace(work, now=work.now + GRACE - timedelta(seconds=1)), account.id)
    assert not accounts.may_sign_in(replace(work, now=work.now + GRACE), account.id)


def test_nobody_opens_an_account_with_an_ended_contract(work: Work) -> None:
    holder = add_holder(work, until=work.now.date() - timedelta(days=1))
    add_letter(work, holder)
    assert try_once(work, holder.identifier, CODE) == WRONG
    assert recipients(work, holder.identifier) is NoLetter.GONE
    recovery.ask(work, holder.identifier, None)
    assert newest_mail(work, MailKind.RESET_PASSWORD)[0] == ""


def test_a_first_connection_does_not_outlive_the_contract(work: Work) -> None:
    holder = add_holder(work)
    add_letter(work, holder)
    started = try_once(work, holder.identifier, CODE)
    assert isinstance(started, FirstConnectionStarted)
    started.first.email, started.first.email_verified_at = "chloe@example.org", work.now
    holder.until = work.now.date() - timedelta(days=1)
    work.db.flush()
    assert first_connection.complete(work, started.first, "hash") is None
    assert accounts.of_holder(work, holder) is None


@pytest.mark.threat("T-05")
def test_a_link_to_a_new_password_does_not_outlive_the_access(work: Work) -> None:
    holder, _ = ended(work, timedelta(days=1))
    recovery.ask(work, holder.identifier, None)
    token = newest_mail(work, MailKind.RESET_PASSWORD)[1]
    assert recovery.find(work, token) is not None
    holder.until = work.now.date() - GRACE - timedelta(days=1)
    work.db.flush()
    assert recovery.find(work, token) is None


@pytest.mark.threat("T-05")
@pytest.mark.threat("T-21")
def test_a_remembered_browser_does_not_outlive_the_access(work: Work) -> None:
    sign_in = work.landlord.sign_in.model_copy(update={"remember": timedelta(days=365)})
    work = replace(work, landlord=work.landlord.model_copy(update={"sign_in": sign_in}))
    holder, account = ended(work, timedelta(days=1))
    opened = sessions.start(work, account.id, ["pwd"], None)
    cookie = remembering.start(work, account.id, ["pwd"], opened, timedelta(days=365))
    back = remembering.come_back(work, cookie)
    assert back is not None
    holder.until = work.now.date() - GRACE - timedelta(days=1)
    work.db.flush()
    assert remembering.come_back(replace(work, now=work.now + timedelta(hours=2)), back.cookie) is None


@pytest.mark.threat("T-05")
def test_a_registration_does_not_outlive_the_contract(work: Work) -> None:
    work = replace(work, landlord=work.settings.landlords["moselle"])
    holder = add_holder(work)
    first = registration.begin(work, holder)
    first.email, first.own_password_hash = "chloe@example.org", "hash"
    work.db.flush()
    activation.send(work, first, None)
    link = mail_links.find(work, Purpose.ACTIVATE, newest_mail(work, MailKind.ACTIVATE)[1])
    assert link is not None
    holder.until = work.now.date() - timedelta(days=1)
    work.db.flush()
    assert activation.activate(work, link) is Activated.NOTHING
    assert accounts.of_holder(work, holder) is None


@pytest.mark.threat("T-19")
def test_the_account_is_closed_once_the_time_is_over(work: Work) -> None:
    over, account = ended(work, GRACE + timedelta(days=1))
    _, within = ended(work, GRACE)
    _, running = add_holder(work), add_account(work, add_holder(work))
    token = sessions.start(work, account.id, ["pwd"], None)
    series = {"series_hash": "s", "token_hash": "t", "rotated_at": work.now, "auth_time": work.now, "amr": ["pwd"]}
    expires = work.now + timedelta(days=30)
    work.db.add(Remembered(landlord="paris", account_id=account.id, expires_at=expires, **series))
    work.db.flush()

    assert leaving.close_ended(work) == 1
    assert leaving.close_ended(work) == 0
    assert (account.closed_at, within.closed_at, running.closed_at) == (work.now, None, None)
    assert sessions.find(work, token) is None
    assert work.db.scalars(select(Remembered.ended_at)).all() == [work.now]
    assert newest_mail(work, MailKind.ACCOUNT_CLOSED)[0] == "chloe@example.org"
    told = select(Event.account_id).where(Event.name == EventName.ACCOUNT_CLOSED)
    assert work.db.scalars(told).all() == [account.id]
    assert try_once(work, over.identifier, PASSWORD) == WRONG


def test_one_running_contract_keeps_the_account_open(work: Work) -> None:
    _, account = ended(work, GRACE + timedelta(days=1))
    enrol(work, account, add_holder(work))
    assert leaving.close_ended(work) == 0
    assert accounts.may_sign_in(work, account.id)


@pytest.mark.threat("T-19")
def test_who_comes_back_and_proves_again_has_the_same_account(work: Work) -> None:
    holder, account = ended(work, GRACE + timedelta(days=1))
    sub = account.sub
    leaving.close_ended(work)
    assert work.db.scalars(select(Identifier)).all() == []
    holder.until = None
    work.db.flush()
    assert try_once(work, holder.identifier, PASSWORD) == WRONG

    chosen = recipients(work)
    assert isinstance(chosen, list)
    assert [one.holder_id for one in chosen] == [holder.id]
    reopened = add_account(work, holder, "Nouvelle-8-clefs")
    assert (reopened.id, reopened.sub, reopened.closed_at) == (account.id, sub, None)
    assert try_once(work, holder.identifier, PASSWORD) == WRONG
    assert try_once(work, holder.identifier, "Nouvelle-8-clefs") == SignedIn(account.id)


@pytest.mark.threat("T-19")
def test_a_place_that_somebody_else_has_now_leaves_no_time(work: Work) -> None:
    holder, account = ended(work, timedelta(days=1))
    kept, other = add_holder(work), add_holder(work)
    account_of_two = add_account(work, kept, email="deux@example.org")
    enrol(work, account_of_two, other)
    leaving.pass_on(work, [holder.id, other.id])
    assert account.closed_at == work.now
    assert account_of_two.closed_at is None
    assert people.holders(work, account_of_two) == [kept]


@pytest.mark.threat("T-20")
def test_closing_stays_within_the_landlord(work: Work) -> None:
    _, account = ended(work, GRACE + timedelta(days=1))
    assert leaving.close_ended(replace(work, landlord=work.settings.landlords["moselle"])) == 0
    assert account.closed_at is None
