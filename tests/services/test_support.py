from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.domain.support import Closer, Course, State, state
from idp.models import Account, BrowserSession, Event, Mail, SupportAccess
from idp.services import sessions, support, support_record, support_use
from idp.services.purge import RULES, purge
from idp.services.support import Asked, NotAsked
from idp.services.support_record import Wish
from idp.services.support_use import Look
from idp.services.work import Work
from tests.conftest import START, HandClock, MakeWork
from tests.people import add_account, add_holder, mailed

WISH = Wish("Camille Durand", "Votre avis de juin")
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def work(make_work: MakeWork) -> Work:
    return make_work("moselle")


@pytest.fixture
def account(work: Work) -> Account:
    return add_account(work, add_holder(work))


@pytest.fixture
def session(work: Work, account: Account) -> BrowserSession:
    found = sessions.find(work, sessions.start(work, account.id, ["pwd"], None))
    assert found is not None
    return found


@pytest.fixture
def asked(work: Work, account: Account) -> Asked:
    found = support.ask(work, account, work.landlord.desks[0], WISH)
    assert isinstance(found, Asked)
    return found


@pytest.fixture
def access(work: Work, asked: Asked) -> SupportAccess:
    found = support_record.find(work, asked.reference)
    assert found is not None
    return found


def stands(work: Work, account: Account) -> list[State]:
    return [one.state for one in support_record.of_account(work, account.id)]


def later(work: Work, **step: float) -> Work:
    """Go on with the same transaction at a later instant."""
    return Work(work.db, work.now + timedelta(**step), work.landlord, work.settings, work.vault, work.origin)


def test_a_request_is_told_and_opens_nothing(work: Work, asked: Asked, account: Account) -> None:
    recipient, told = mailed(work, MailKind.SUPPORT_REQUESTED)
    assert (recipient, told["adviser"], told["reference"]) == ("chloe@example.org", "Camille Durand", asked.reference)
    assert support_use.look(work, "desk", asked.code) is State.WAITING
    assert support_use.look(work, "portal", asked.code) is None
    assert support_use.look(work, "desk", "x" * 43) is None
    row = work.db.scalars(select(SupportAccess)).one()
    assert asked.code not in str(vars(row))
    assert "Camille" not in str(vars(row))
    assert stands(work, account) == [State.WAITING]


def test_one_at_a_time(work: Work, asked: Asked, access: SupportAccess, account: Account) -> None:
    desk = work.landlord.desks[0]
    assert support.ask(work, account, desk, WISH) is NotAsked.ALREADY
    support.close(work, access, Closer.STAFF)
    assert isinstance(support.ask(later(work, minutes=1), account, desk, WISH), Asked)
    account.closed_at = work.now
    assert support.ask(work, account, desk, WISH) is NotAsked.CLOSED


@pytest.mark.journey("moselle-8")
def test_an_accepted_look_is_recorded_and_told(
    work: Work, asked: Asked, access: SupportAccess, session: BrowserSession, account: Account
) -> None:
    assert support.accept(work, access, session, HALF_AN_HOUR)
    assert not support.accept(work, access, session, HALF_AN_HOUR)
    for minutes in (1, 20):
        look = support_use.look(later(work, minutes=minutes), "desk", asked.code)
        assert isinstance(look, Look)
        assert (look.adviser, look.grant.sub) == ("Camille Durand", account.sub)
        assert look.grant.expires_at == START + HALF_AN_HOUR
    work.db.expire_all()
    (one,) = support_record.of_account(work, account.id)
    assert one.looks == [START + timedelta(minutes=1), START + timedelta(minutes=20)]
    assert support.close_ended(later(work, minutes=29)) == 0
    over = later(work, minutes=30)
    assert support_use.look(over, "desk", asked.code) is State.OVER
    assert support.close_ended(over) == 1
    assert support.close_ended(over) == 0
    told = mailed(work, MailKind.SUPPORT_ENDED)[1]
    assert (told["looks"], told["looked_at"]) == (2, "2026-11-02T09:01:00+00:00")
    names = list(work.db.scalars(select(Event.name).where(Event.name.startswith("support.")).order_by(Event.id)))
    assert names == [f"support.{what}" for what in ("requested", "accepted", "used", "used", "ended")]
    assert "Camille" not in str([event.details for event in work.db.scalars(select(Event))])


def test_who_never_looked_is_not_told(
    work: Work, access: SupportAccess, session: BrowserSession, account: Account
) -> None:
    support.accept(work, access, session, HALF_AN_HOUR)
    assert support.close(work, access, Closer.PERSON)
    assert not support.close(work, access, Closer.PERSON)
    assert MailKind.SUPPORT_ENDED not in set(work.db.scalars(select(Mail.kind)))
    assert stands(work, account) == [State.ENDED]


@pytest.mark.parametrize("by", [Closer.PERSON, Closer.STAFF])
def test_a_closed_request_cannot_be_accepted(
    work: Work, asked: Asked, access: SupportAccess, session: BrowserSession, by: Closer
) -> None:
    assert support.close(work, access, by)
    assert not support.accept(work, access, session, HALF_AN_HOUR)
    what = State.REFUSED if by is Closer.PERSON else State.WITHDRAWN
    assert support_use.look(work, "desk", asked.code) is what
    assert [one.state for one in support_record.of_account(work, access.account_id)] == [what]


def test_a_request_lapses(work: Work, asked: Asked, access: SupportAccess, session: BrowserSession) -> None:
    day_after = later(work, days=1)
    assert not support.accept(day_after, access, session, HALF_AN_HOUR)
    assert not support.close(day_after, access, Closer.PERSON)
    assert support_use.look(day_after, "desk", asked.code) is State.LAPSED


@pytest.mark.parametrize("how", ["signed out", "everywhere", "account closed"])
def test_it_ends_with_the_session_it_was_allowed_in(
    work: Work, asked: Asked, access: SupportAccess, session: BrowserSession, how: str
) -> None:
    account = work.db.get_one(Account, access.account_id)
    support.accept(work, access, session, HALF_AN_HOUR)
    if how == "signed out":
        sessions.end(work, session)
    elif how == "everywhere":
        sessions.end_all_of_account(work, account.id)
    else:
        account.closed_at = work.now
    assert support_use.look(work, "desk", asked.code) is State.ENDED
    if how != "account closed":
        assert stands(work, account) == [State.ENDED]
        assert support.close_ended(work) == 1


def test_what_is_over_is_shown_for_a_while_and_deleted(work: Work, access: SupportAccess, clock: HandClock) -> None:
    rule = RULES["support_accesses"]
    kept = work.landlord.support.shown_for + timedelta(days=1)
    assert purge(later(work, seconds=kept.total_seconds()), rule) == 0
    assert purge(later(work, seconds=(kept + timedelta(seconds=1)).total_seconds()), rule) == 1


def test_every_course_has_a_state() -> None:
    answer_by, end = START + timedelta(days=1), START + HALF_AN_HOUR
    for course, now, expected in (
        (Course(answer_by), START, State.WAITING),
        (Course(answer_by), answer_by, State.LAPSED),
        (Course(answer_by, closed_at=START, closed_by=Closer.PERSON), answer_by, State.REFUSED),
        (Course(answer_by, closed_at=START, closed_by=Closer.STAFF), answer_by, State.WITHDRAWN),
        (Course(answer_by, START, end), START, State.RUNNING),
        (Course(answer_by, START, end), end, State.OVER),
        (Course(answer_by, START, end, end, Closer.TIME), end, State.OVER),
        (Course(answer_by, START, end, START, Closer.STAFF), START, State.ENDED),
    ):
        assert state(course, now) is expected


def test_events_name_the_app(work: Work, asked: Asked) -> None:
    event = work.db.scalars(select(Event).where(Event.name == EventName.SUPPORT_REQUESTED)).one()
    assert (event.client_id, event.details) == ("desk", {"reference": asked.reference, "by": "staff"})
