from datetime import date, timedelta

import pytest
from passlib.handlers.ldap_digests import ldap_salted_sha1
from sqlalchemy import func, select

from idp.domain.events import EventName
from idp.domain.refusals import Refusal
from idp.models import Event, FailureCounter, Mail, ProvisionalPassword
from idp.services import attempt, devices, login
from idp.services.attempt import SecondFact
from idp.services.login import FirstConnectionStarted, Outcome, Refused, SignedIn
from idp.services.vault import Vault
from idp.services.work import Work
from tests.conftest import HandClock, MakeWork
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter

WRONG = Refused(Refusal.WRONG_CREDENTIALS)
CLOSED = Refused(Refusal.CLOSED)


def try_once(work: Work, identifier: str, secret: str, fact: SecondFact | None = None) -> Outcome:
    counted = attempt.reserve(work, identifier, secret, fact)
    work.db.commit()
    outcome = login.settle(work, counted, attempt.verify(work.vault, counted))
    work.db.commit()
    return outcome


def events(work: Work, name: EventName) -> int:
    found = work.db.scalar(select(func.count()).where(Event.name == name)) or 0
    work.db.commit()
    return found


def test_the_own_password_signs_in(work: Work) -> None:
    account = add_account(work, add_holder(work, "7000100"))
    assert try_once(work, "7000100", PASSWORD) == SignedIn(account.id)


@pytest.mark.journey("paris-1")
def test_the_code_of_a_letter_opens_the_way_to_an_account(work: Work) -> None:
    holder = add_holder(work)
    add_letter(work, holder)
    outcome = try_once(work, holder.identifier, "408 213")
    assert isinstance(outcome, FirstConnectionStarted)
    assert outcome.first.holder is holder


@pytest.mark.journey("paris-2")
def test_a_former_password_opens_the_way_and_is_rehashed(work: Work) -> None:
    holder = add_holder(work, legacy_hash=ldap_salted_sha1.hash("Ancien-9554!"))
    outcome = try_once(work, holder.identifier, "Ancien-9554!")
    assert isinstance(outcome, FirstConnectionStarted)
    assert outcome.first.own_password_hash is not None
    assert work.vault.verify_password(outcome.first.own_password_hash, "Ancien-9554!")


def test_a_former_password_that_breaks_the_rules_must_be_replaced(work: Work) -> None:
    holder = add_holder(work, legacy_hash=ldap_salted_sha1.hash("petit"))
    outcome = try_once(work, holder.identifier, "petit")
    assert isinstance(outcome, FirstConnectionStarted)
    assert outcome.first.own_password_hash is None


def test_after_a_letter_the_former_password_opens_nothing(work: Work) -> None:
    holder = add_holder(work, legacy_hash=ldap_salted_sha1.hash("Ancien-9554!"))
    add_letter(work, holder)
    assert isinstance(try_once(work, holder.identifier, CODE), FirstConnectionStarted)
    assert try_once(work, holder.identifier, "Ancien-9554!") == WRONG


@pytest.mark.spec("RFC 6749 10.10")
@pytest.mark.threat("T-01")
def test_the_third_wrong_try_closes_known_and_unknown_alike(make_work: MakeWork) -> None:
    work = make_work()
    add_account(work, add_holder(work, "7000101"))
    add_letter(work, add_holder(work, "7000102"))
    add_holder(work, "7000103")
    for identifier in ("7000101", "7000102", "7000103", "9999999", "pas un numéro"):
        answers = [try_once(work, identifier, "Faux-1234") for _ in range(4)]
        assert answers == [WRONG, WRONG, CLOSED, CLOSED], identifier
        assert try_once(work, identifier, PASSWORD) == CLOSED


@pytest.mark.threat("T-06")
def test_the_closing_ends_by_itself_and_is_never_lengthened(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    account = add_account(work, add_holder(work, "7000104"))
    work.db.commit()
    for _ in range(3):
        try_once(work, "7000104", "Faux-1234")
    for _ in range(9):
        clock.forward(minutes=1)
        assert try_once(make_work(), "7000104", "Faux-1234") == CLOSED
    clock.forward(minutes=1)
    outcome = try_once(make_work(), "7000104", PASSWORD)
    assert isinstance(outcome, SignedIn)
    assert outcome.account_id == account.id


@pytest.mark.threat("T-06")
def test_a_known_device_keeps_its_own_tries(make_work: MakeWork) -> None:
    work = make_work(device="d" * 43)
    account = add_account(work, add_holder(work, "7000105"))
    devices.remember(work, account.id)
    work.db.commit()
    for number in range(30):
        try_once(make_work(network=f"198.51.{number}.0/24"), "7000105", "Faux-1234")
    assert try_once(make_work(), "7000105", PASSWORD) == CLOSED
    assert isinstance(try_once(make_work(device="d" * 43), "7000105", PASSWORD), SignedIn)
    assert try_once(make_work(), "7000105", PASSWORD) == CLOSED
    answers = [try_once(make_work(device="d" * 43), "7000105", "Faux-1234") for _ in range(4)]
    assert answers == [WRONG, WRONG, CLOSED, CLOSED]


SPELLINGS = [
    "7000106",
    " 7000106",
    "7000106 ",
    "7 000 106",
    "70 00 106",
    "7.000.106",
    "7-000-106",
    "07000106",
    "007000106",
    "0000007000106",
    "７０００１０６",
    "７000106",
    "7\u00a0000\u00a0106",
    "7\u202f000\u202f106",
    "7\u2009000106",
    "7\u2011000\u2011106",
    "7\u2013000\u2013106",
    "7\u2212000106",
    "\t7000106",
    "7000106\u3000",
    "0 7000106",
    "00-7000106",
    "7 0 0 0 1 0 6",
    "7-0-0-0-1-0-6",
    "7..000..106",
    "7000.106",
    "０7000106",
    "7000 106",
    "700 0106",
    "7000\u2003106",
]


@pytest.mark.threat("T-07")
def test_thirty_spellings_are_one_identifier(make_work: MakeWork) -> None:
    work = make_work()
    add_account(work, add_holder(work, "7000106"))
    work.db.commit()
    assert len(set(SPELLINGS)) == 30
    answers = [try_once(make_work(), spelling, "Faux-1234") for spelling in SPELLINGS]
    assert answers == [WRONG, WRONG, *[CLOSED] * 28]
    counted = work.db.scalars(select(FailureCounter.subject).where(FailureCounter.subject.not_like("network:%")))
    assert len(list(counted)) == 1


@pytest.mark.threat("T-07")
@pytest.mark.parametrize("digits", ["٧٠٠٠١٠٧", "७०००१०७", "⑦000107"])
def test_other_digits_are_never_the_identifier(work: Work, digits: str) -> None:
    add_account(work, add_holder(work, "7000107"))
    outcome = try_once(work, digits, PASSWORD)
    assert outcome == WRONG or digits.startswith("⑦")


@pytest.mark.spec("RFC 6749 10.10")
@pytest.mark.threat("T-02")
def test_a_letter_burns_after_five_wrong_tries_in_its_life(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    holder = add_holder(work)
    letter = add_letter(work, holder)
    work.db.commit()
    for _ in range(2):
        for _ in range(3):
            try_once(make_work(), holder.identifier, "111222")
        clock.forward(minutes=11)
    work.db.refresh(letter)
    work.db.commit()
    assert letter.failures == 5
    assert events(work, EventName.LETTER_BURNED) == 1
    assert try_once(make_work(), holder.identifier, CODE) == WRONG


def test_right_tries_do_not_burn_a_letter(make_work: MakeWork) -> None:
    work = make_work()
    holder = add_holder(work)
    letter = add_letter(work, holder)
    work.db.commit()
    for _ in range(8):
        assert isinstance(try_once(make_work(), holder.identifier, CODE), FirstConnectionStarted)
    work.db.refresh(letter)
    work.db.commit()
    assert letter.failures == 0


@pytest.mark.parametrize("state", ["expired", "cancelled", "used", "left", "ended"])
def test_a_dead_letter_says_what_an_unknown_one_says(work: Work, clock: HandClock, state: str) -> None:
    holder = add_holder(work, until=date(2026, 1, 31) if state == "ended" else None)
    letter = add_letter(work, holder, expires_at=work.now if state == "expired" else None)
    letter.cancelled_at = work.now if state == "cancelled" else None
    letter.used_at = work.now if state == "used" else None
    holder.left_at = work.now if state == "left" else None
    assert try_once(work, holder.identifier, CODE) == WRONG


@pytest.mark.threat("T-09")
def test_an_own_success_does_not_clear_the_network(make_work: MakeWork) -> None:
    work = make_work()
    add_account(work, add_holder(work, "7000108"))
    work.db.commit()
    answers = []
    for number in range(50):
        answers.append(try_once(make_work(), str(8000000 + number), "Faux-1234"))
        answers.append(try_once(make_work(), "7000108", PASSWORD))
    assert answers[-1] == CLOSED
    assert isinstance(answers[-3], SignedIn)
    assert isinstance(try_once(make_work(network="203.0.113.0/24"), "7000108", PASSWORD), SignedIn)


@pytest.mark.threat("T-02")
def test_many_wrong_codes_trip_the_breaker(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    holder = add_holder(work)
    add_letter(work, holder)
    work.db.commit()
    for number in range(200):
        try_once(make_work(network=f"198.51.{number}.0/24"), str(8000000 + number), "111222")
    assert events(work, EventName.BREAKER_TRIPPED) == 1
    assert try_once(make_work(), holder.identifier, CODE) == Refused(Refusal.SECOND_FACT_NEEDED)
    assert try_once(make_work(), "9999999", CODE) == Refused(Refusal.SECOND_FACT_NEEDED)
    wrong = SecondFact(birth_date=date(1987, 5, 14))
    assert try_once(make_work(), holder.identifier, CODE, wrong) == WRONG
    right = SecondFact(birth_date=date(1987, 5, 13))
    assert isinstance(try_once(make_work(), holder.identifier, CODE, right), FirstConnectionStarted)
    clock.forward(hours=1)
    assert isinstance(try_once(make_work(), holder.identifier, CODE), FirstConnectionStarted)


def test_a_sign_in_that_closes_is_told_to_the_owner(work: Work) -> None:
    add_account(work, add_holder(work, "7000109"))
    for _ in range(3):
        try_once(work, "7000109", "Faux-1234")
    assert work.db.scalar(select(func.count()).where(Mail.kind == "sign_in_closed")) == 1


@pytest.mark.threat("T-05")
def test_a_right_password_without_a_running_contract_is_refused(work: Work) -> None:
    holder = add_holder(work, "7000110")
    add_account(work, holder)
    holder.until = date(2026, 1, 31)
    assert try_once(work, "7000110", PASSWORD) == Refused(Refusal.CONTRACT_ENDED)


@pytest.mark.threat("T-20")
def test_nobody_signs_in_at_another_landlord(make_work: MakeWork) -> None:
    work = make_work()
    add_account(work, add_holder(work, "7000111"))
    work.db.commit()
    other = make_work()
    elsewhere = Work(
        other.db,
        other.now,
        other.landlord.model_copy(update={"slug": "autre"}),
        other.settings,
        other.vault,
        other.origin,
    )
    assert try_once(elsewhere, "7000111", PASSWORD) == WRONG


@pytest.mark.threat("T-17")
def test_outdated_hashes_are_renewed_by_signing_in(work: Work) -> None:
    account = add_account(work, add_holder(work, "7000112"))
    assert account.password is not None
    cheaper = Vault([b"r" * 32], work.settings.hashing.model_copy(update={"iterations": 2}))
    account.password.hash = before = cheaper.hash_password(PASSWORD)
    assert isinstance(try_once(work, "7000112", PASSWORD), SignedIn)
    work.db.refresh(account.password)
    assert account.password.hash != before
    assert isinstance(try_once(work, "7000112", PASSWORD), SignedIn)


def test_a_letter_of_an_enrolled_holder_leads_to_a_new_first_connection(work: Work) -> None:
    holder = add_holder(work, "7000113")
    add_account(work, holder)
    add_letter(work, holder)
    assert isinstance(try_once(work, "7000113", CODE), FirstConnectionStarted)
    assert isinstance(try_once(work, "7000113", PASSWORD), SignedIn)


def test_expiry_is_checked_at_use(work: Work, make_work: MakeWork, clock: HandClock) -> None:
    holder = add_holder(work)
    add_letter(work, holder, expires_at=work.now + timedelta(days=21))
    work.db.commit()
    clock.forward(days=21)
    assert try_once(make_work(), holder.identifier, CODE) == WRONG
    assert work.db.scalar(select(ProvisionalPassword.used_at)) is None
