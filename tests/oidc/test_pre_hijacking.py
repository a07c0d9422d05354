"""Somebody opens an account before its owner does; the owner claims it; what was prepared is worth nothing.

What the five classes of Sudhodanan and Paverd leave behind, for owners who choose a password. For those who come by
an account elsewhere: tests/social/test_pre_hijacking.py.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.models import Account, Event, FirstConnection, Holder
from idp.services import devices, email_change, first_connection, mail_links, recovery, sessions
from idp.services.login import Refused
from idp.services.mail_links import Purpose
from idp.services.work import Work
from tests.conftest import MakeWork
from tests.oidc.conftest import Party, open_session
from tests.oidc.relying_party import Browser
from tests.people import CODE, add_account, add_holder, add_letter, newest_mail
from tests.services.test_login import try_once

ATTACKERS, OWNERS = "Attaque-7-rues", "Jonquille-7-rues"
ATTACKERS_EMAIL, OWNERS_EMAIL = "mallory@example.net", "chloe@example.org"
DEVICE = "d" * 43


@pytest.fixture
def holder(make_work: MakeWork) -> Holder:
    """The owner, in whose name the attacker has opened an account."""
    work = make_work()
    holder = add_holder(work, "7000800", email=OWNERS_EMAIL)
    add_account(work, holder, ATTACKERS, ATTACKERS_EMAIL)
    work.db.commit()
    return holder


@pytest.fixture
def account(holder: Holder, make_work: MakeWork) -> Account:
    """The account that the attacker has opened."""
    work = make_work()
    account = work.db.scalars(select(Account)).one()
    work.db.commit()
    return account


Claim = Callable[[], None]


@pytest.fixture
def claim(make_work: MakeWork, holder: Holder) -> Claim:
    """Let the owner come with a letter, confirm their own address and choose a password."""

    def claimed() -> None:
        work = make_work()
        own = work.db.get_one(Holder, holder.id)
        first = first_connection.begin(work, own, add_letter(work, own).id, CODE, None)
        assert first is not None
        _verified(work, first)
        assert first_connection.complete(work, first, work.vault.hash_password(OWNERS)) is not None
        assert work.db.scalars(select(Event).where(Event.name == EventName.ACCOUNT_RECLAIMED)).one()
        work.db.commit()

    return claimed


def _verified(work: Work, first: FirstConnection) -> None:
    first.email, first.email_verified_at = OWNERS_EMAIL, work.now
    work.db.flush()


@pytest.mark.threat("T-03")
def test_a_password_set_before_opens_nothing(claim: Claim, make_work: MakeWork, holder: Holder) -> None:
    claim()
    assert isinstance(try_once(make_work(), holder.identifier, ATTACKERS), Refused)
    assert not isinstance(try_once(make_work(), holder.identifier, OWNERS), Refused)


@pytest.mark.threat("T-03")
def test_a_session_kept_open_is_over(
    claim: Claim, app: Flask, party: Party, make_work: MakeWork, account: Account
) -> None:
    web, browser = party("web"), Browser(app)
    open_session(browser, make_work, account)
    tokens, code = web.tokens(browser, scope="openid offline_access"), web.code(browser)
    claim()
    assert web.userinfo(tokens["access_token"]).status_code == 401
    assert web.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert web.redeem(code).get_json()["error"] == "invalid_grant"
    assert "/sign-in" in web.authorize(browser).location
    kept = browser.cookies.get_cookie("paris-session")
    assert sessions.find(make_work(), kept.value if kept else None) is None


@pytest.mark.threat("T-03")
def test_an_identifier_that_leads_back_leads_to_the_owner(claim: Claim, make_work: MakeWork, holder: Holder) -> None:
    claim()
    work = make_work()
    recovery.ask(work, holder.identifier, None)
    assert newest_mail(work, MailKind.RESET_PASSWORD)[0] == OWNERS_EMAIL
    work.db.commit()


@pytest.mark.threat("T-03")
@pytest.mark.threat("T-13")
def test_a_link_kept_for_later_is_dead(claim: Claim, make_work: MakeWork, holder: Holder) -> None:
    work = make_work()
    recovery.ask(work, holder.identifier, None)
    recipient, token = newest_mail(work, MailKind.RESET_PASSWORD)
    assert recipient == ATTACKERS_EMAIL
    assert recovery.find(work, token) is not None
    work.db.commit()
    claim()
    assert recovery.find(make_work(), token) is None


@pytest.mark.threat("T-03")
@pytest.mark.threat("T-22")
def test_a_change_of_address_begun_before_changes_nothing_afterwards(
    claim: Claim, make_work: MakeWork, account: Account
) -> None:
    work = make_work()
    own = work.db.get_one(Account, account.id)
    email_change.ask(work, own, "mallory-2@example.net")
    link = mail_links.find(work, Purpose.CHANGE_EMAIL, newest_mail(work, MailKind.CONFIRM_NEW_EMAIL)[1])
    assert link is not None
    assert email_change.confirm(work, link)
    recipient, back = newest_mail(work, MailKind.EMAIL_CHANGED)
    assert recipient == ATTACKERS_EMAIL
    email_change.ask(work, own, "mallory-3@example.net")
    again = newest_mail(work, MailKind.CONFIRM_NEW_EMAIL)[1]
    work.db.commit()
    claim()
    work = make_work()
    assert mail_links.find(work, Purpose.KEEP_EMAIL, back) is None
    assert mail_links.find(work, Purpose.CHANGE_EMAIL, again) is None
    assert work.db.get_one(Account, account.id).email == OWNERS_EMAIL
    work.db.commit()


@pytest.mark.threat("T-03")
def test_a_browser_known_before_has_no_tries_of_its_own(
    claim: Claim, make_work: MakeWork, holder: Holder, account: Account
) -> None:
    work = make_work(device=DEVICE)
    devices.remember(work, account.id)
    work.db.commit()
    claim()
    for _ in range(3):
        try_once(make_work(network="198.51.100.0/24"), holder.identifier, ATTACKERS)
    answers = [try_once(make_work(device=DEVICE), holder.identifier, ATTACKERS) for _ in range(2)]
    assert answers == [try_once(make_work(), holder.identifier, ATTACKERS)] * 2
