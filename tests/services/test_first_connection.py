import pytest
from sqlalchemy import func, select

from idp.domain.events import EventName
from idp.domain.journey import FirstConnectionFacts
from idp.domain.mails import MailKind
from idp.models import Account, BrowserSession, Event, FirstConnection, Mail, MailLink
from idp.services import first_connection, letter_use, mail_links, registration, sessions
from idp.services.mail_links import Purpose
from idp.services.work import Work
from tests.conftest import HandClock, MakeWork
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter, newest_mail

NEW = "Orange-4-fenetres"


def begin(work: Work, email: str | None = "registre@example.org") -> FirstConnection:
    holder = add_holder(work, email=email)
    first = first_connection.begin(work, holder, add_letter(work, holder).id, CODE, None)
    assert first is not None
    return first


def newest_link(work: Work) -> MailLink:
    return work.db.scalars(select(MailLink).order_by(MailLink.id.desc())).first() or pytest.fail("no link")


def verify(work: Work, first: FirstConnection, email: str = "chloe@example.org") -> None:
    assert first_connection.give_email(work, first, email, None)
    first_connection.confirm(work, newest_link(work))


def mails(work: Work) -> list[str]:
    return list(work.db.scalars(select(Mail.kind).order_by(Mail.id)))


def test_the_account_exists_only_once_everything_is_there(work: Work) -> None:
    first = begin(work)
    hashed = work.vault.hash_password(NEW)
    assert first_connection.complete(work, first, hashed) is None
    first_connection.give_email(work, first, "chloe@example.org", None)
    assert first_connection.complete(work, first, hashed) is None
    first_connection.confirm(work, newest_link(work))
    assert first_connection.complete(work, first) is None
    assert work.db.scalar(select(func.count()).select_from(Account)) == 0
    account = first_connection.complete(work, first, hashed)
    assert account is not None
    assert (account.email, len(account.enrolments)) == ("chloe@example.org", 1)
    used = select(Event.holder_id).where(Event.name == EventName.LETTER_USED)
    assert work.db.scalars(used).all() == [first.holder_id]
    assert first_connection.complete(work, first, hashed) is None


def test_proving_again_continues_where_it_stands(work: Work) -> None:
    first = begin(work)
    verify(work, first)
    again = first_connection.begin(work, first.holder, first.provisional_password_id, CODE, None)
    assert again is first
    assert first_connection.facts(work, first) == FirstConnectionFacts(True, True, True)


def test_a_corrected_address_kills_the_first_link_and_its_confirmation(work: Work) -> None:
    first = begin(work)
    first_connection.give_email(work, first, "faux@example.org", None)
    wrong = newest_link(work)
    first_connection.give_email(work, first, "chloe@example.org", None)
    first_connection.confirm(work, wrong)
    assert first.email_verified_at is None
    first_connection.confirm(work, newest_link(work))
    assert first.email_verified_at == work.now


def test_confirming_twice_is_as_good_as_once(work: Work) -> None:
    first = begin(work)
    verify(work, first)
    first_connection.confirm(work, newest_link(work))
    assert first.email_verified_at == work.now


def test_the_registrys_address_hears_of_another_one(work: Work) -> None:
    first = begin(work, email="registre@example.org")
    first_connection.give_email(work, first, "Registre@example.org", None)
    assert mails(work) == [MailKind.CONFIRM_EMAIL]
    first_connection.give_email(work, first, "autre@example.org", None)
    assert mails(work) == [MailKind.CONFIRM_EMAIL, MailKind.ADDRESS_GIVEN, MailKind.CONFIRM_EMAIL]


def test_the_mail_can_be_sent_again_after_a_minute_and_ten_times_a_day(
    work: Work, make_work: MakeWork, clock: HandClock
) -> None:
    first = begin(work)
    assert first_connection.give_email(work, first, "chloe@example.org", None)
    assert not first_connection.send_again(work, first, None)
    assert first_connection.seconds_until_next_mail(work, first) == 60
    work.db.commit()
    sent = 0
    for _ in range(20):
        clock.forward(minutes=2)
        later = make_work()
        sent += first_connection.send_again(later, later.db.get_one(FirstConnection, first.id), None)
        later.db.commit()
    assert sent == 9
    later = make_work()
    assert not first_connection.give_email(later, later.db.get_one(FirstConnection, first.id), "b@example.org", None)


@pytest.mark.threat("T-13")
def test_a_link_is_good_for_a_day_and_for_nothing_else(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    first_connection.give_email(work, begin(work), "chloe@example.org", None)
    token = newest_mail(work, MailKind.CONFIRM_EMAIL)[1]
    assert mail_links.find(work, Purpose.CONFIRM_EMAIL, token) is not None
    assert mail_links.find(work, Purpose.RESET_PASSWORD, token) is None
    work.db.commit()
    clock.forward(hours=24)
    assert mail_links.find(make_work(), Purpose.CONFIRM_EMAIL, token) is None


@pytest.mark.threat("T-03")
def test_a_new_letter_evicts_whoever_came_before(work: Work) -> None:
    first = begin(work)
    verify(work, first, "voleur@example.org")
    token = sessions.start_first_connection(work, first, None)
    newer = add_letter(work, first.holder, "550918")
    second = first_connection.begin(work, first.holder, newer.id, "550918", None)
    assert second is not None
    assert (second.id != first.id, second.email) == (True, None)
    assert sessions.find(work, token) is None
    assert first_connection.complete(work, first, work.vault.hash_password(NEW)) is None


@pytest.mark.threat("T-03")
def test_a_letter_opens_an_account_anew_and_evicts_everything(work: Work) -> None:
    holder = add_holder(work)
    account = add_account(work, holder, "Voleur-9-portes", "voleur@example.org")
    token = sessions.start(work, account.id, ["pwd"], None)
    sub, former = account.sub, account.password.hash if account.password else ""
    letter = add_letter(work, holder)
    first = first_connection.begin(work, holder, letter.id, CODE, None)
    assert first is not None
    verify(work, first)
    again = first_connection.complete(work, first, work.vault.hash_password(NEW))
    assert again is account
    assert account.password is not None
    assert (account.sub, account.email) == (sub, "chloe@example.org")
    assert account.password.hash != former
    assert sessions.find(work, token) is None
    assert work.db.scalar(select(func.count()).where(Event.name == EventName.ACCOUNT_RECLAIMED)) == 1
    assert MailKind.ACCOUNT_RECLAIMED in mails(work)


@pytest.mark.threat("T-14")
def test_a_cancelled_letter_completes_nothing(work: Work) -> None:
    first = begin(work)
    verify(work, first)
    letter = work.db.get_one(FirstConnection, first.id).provisional_password_id
    letter_use.cancel_live(work, [first.holder_id])
    assert letter is not None
    assert first_connection.complete(work, first, work.vault.hash_password(NEW)) is None
    assert work.db.scalar(select(func.count()).select_from(Account)) == 0


@pytest.mark.threat("T-33")
def test_a_session_never_gains_privilege(work: Work) -> None:
    first = begin(work)
    provisional = sessions.start_first_connection(work, first, None)
    verify(work, first)
    account = first_connection.complete(work, first, work.vault.hash_password(NEW))
    assert account is not None
    signed_in = sessions.start(work, account.id, ["pwd"], sessions.find(work, provisional))
    assert sessions.find(work, provisional) is None
    assert sessions.find(work, signed_in) is not None
    assert work.db.scalar(select(func.count()).select_from(BrowserSession)) == 2


@pytest.mark.threat("T-03")
def test_a_registration_that_is_open_is_none_of_a_letters_business(work: Work) -> None:
    holder = add_holder(work)
    letter = add_letter(work, holder)
    registered = registration.begin(work, holder)
    first = first_connection.begin(work, holder, letter.id, CODE, None)
    assert first_connection.begin(work, holder, letter.id, CODE, None) is first
    assert registered.completed_at is None


@pytest.mark.threat("T-03")
def test_a_former_password_never_goes_into_a_registration_that_anybody_may_have_begun(work: Work) -> None:
    holder = add_holder(work)
    registered = registration.begin(work, holder)
    first = first_connection.begin(work, holder, None, PASSWORD, work.vault.hash_password(PASSWORD))
    assert first is not None
    assert first.id != registered.id
    assert registered.own_password_hash is None
