from datetime import timedelta

import pytest
from sqlalchemy import func, select

from idp.domain.mails import MailKind
from idp.models import MailLink
from idp.services import accounts, attempt, leaving, login, recovery
from idp.services.login import SignedIn
from idp.services.work import Work
from tests.conftest import HandClock, MakeWork
from tests.people import add_account, add_holder, add_letter, newest_mail

NEW = "Orange-4-fenetres"


def asked(work: Work, identifier: str) -> tuple[str, str]:
    """Ask for a link and read the mail: recipient and token."""
    recovery.ask(work, identifier, None)
    return newest_mail(work, MailKind.RESET_PASSWORD)


@pytest.mark.journey("paris-9")
def test_the_link_goes_to_the_verified_address(work: Work) -> None:
    holder = add_holder(work, email="registre@example.org")
    add_account(work, holder, email="chloe@example.org")
    assert asked(work, holder.identifier)[0] == "chloe@example.org"


@pytest.mark.journey("paris-9")
def test_without_account_it_goes_to_the_registrys_address_and_opens_one(work: Work) -> None:
    holder = add_holder(work, email="registre@example.org")
    add_letter(work, holder)
    recipient, token = asked(work, holder.identifier)
    assert recipient == "registre@example.org"
    link = recovery.find(work, token)
    assert link is not None
    assert recovery.store(work, link, work.vault.hash_password(NEW))
    account = accounts.of_holder(work, holder)
    assert account is not None
    assert account.email == "registre@example.org"
    counted = attempt.reserve(work, holder.identifier, NEW)
    assert login.settle(work, counted, attempt.verify(work.vault, counted)) == SignedIn(account.id)


@pytest.mark.threat("T-01")
def test_for_nobody_the_same_rows_are_written_to_nobody(work: Work) -> None:
    holder = add_holder(work, email=None)
    for identifier in (holder.identifier, "9999999", "pas un numéro"):
        recipient, token = asked(work, identifier)
        assert recipient == ""
        assert recovery.find(work, token) is None
    assert work.db.scalar(select(func.count()).select_from(MailLink)) == 3


def test_a_link_works_once(work: Work) -> None:
    holder = add_holder(work)
    add_account(work, holder)
    link = recovery.find(work, asked(work, holder.identifier)[1])
    assert link is not None
    assert recovery.store(work, link, work.vault.hash_password(NEW))
    assert not recovery.store(work, link, work.vault.hash_password(NEW + "2"))


@pytest.mark.threat("T-13")
def test_a_newer_link_kills_the_older_and_a_new_password_kills_all(
    work: Work, make_work: MakeWork, clock: HandClock
) -> None:
    holder = add_holder(work)
    account = add_account(work, holder)
    first = asked(work, holder.identifier)[1]
    work.db.commit()
    clock.forward(minutes=2)
    later = make_work()
    second = asked(later, holder.identifier)[1]
    assert recovery.find(later, first) is None
    assert recovery.find(later, second) is not None
    accounts.set_password(later, later.db.merge(account), later.vault.hash_password(NEW))
    assert recovery.find(later, second) is None


@pytest.mark.threat("T-13")
def test_a_link_is_good_for_half_an_hour(work: Work, make_work: MakeWork, clock: HandClock) -> None:
    holder = add_holder(work)
    add_account(work, holder)
    token = asked(work, holder.identifier)[1]
    work.db.commit()
    clock.forward(minutes=29, seconds=59)
    later = make_work()
    assert recovery.find(later, token) is not None
    later.db.commit()
    clock.forward(seconds=1)
    assert recovery.find(make_work(), token) is None


def test_asking_again_at_once_sends_nothing_more(work: Work) -> None:
    holder = add_holder(work)
    add_account(work, holder)
    first = asked(work, holder.identifier)
    second = asked(work, holder.identifier)
    assert (first[0] != "", second[0]) == (True, "")
    assert recovery.find(work, first[1]) is not None


@pytest.mark.threat("T-15")
def test_a_look_alike_identifier_reaches_nobody_else(work: Work) -> None:
    holder = add_holder(work, "7000300")
    add_account(work, holder)
    assert asked(work, "70003०0")[0] == ""


@pytest.mark.threat("T-19")
def test_who_comes_back_on_the_contract_of_a_closed_account_opens_it_anew_by_mail(work: Work) -> None:
    holder = add_holder(work, email="registre@example.org")
    account = add_account(work, holder, email="chloe@example.org")
    holder.left_at = work.now - timedelta(days=400)
    work.db.flush()
    assert leaving.close(work, account.id)
    holder.left_at = None
    work.db.flush()
    recipient, token = asked(work, holder.identifier)
    assert recipient == "registre@example.org"
    link = recovery.find(work, token)
    assert link is not None
    assert recovery.store(work, link, work.vault.hash_password(NEW))
    counted = attempt.reserve(work, holder.identifier, NEW)
    assert login.settle(work, counted, attempt.verify(work.vault, counted)) == SignedIn(account.id)
    assert account.email == "registre@example.org"
