"""A support access that is accepted, refused, withdrawn, used and ended at the same instant."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.domain.support import Closer, State
from idp.models import Account, Event, Grant, Mail, SupportAccess
from idp.services import sessions, support, support_record, support_use
from idp.services.support import Asked
from idp.services.support_record import Wish
from idp.services.support_use import Look
from tests.conftest import MakeWork
from tests.people import add_account, add_holder
from tests.races.together import together

ROUNDS = 5
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def account(make_work: MakeWork) -> Account:
    work = make_work("moselle")
    account = add_account(work, add_holder(work))
    work.db.commit()
    return account


def ask(make_work: MakeWork, account: Account) -> Asked:
    work = make_work("moselle")
    asked = support.ask(work, account, work.landlord.desks[0], Wish("Camille", "Avis"))
    assert isinstance(asked, Asked)
    work.db.commit()
    return asked


def accept(make_work: MakeWork, asked: Asked, token: str) -> bool:
    work = make_work("moselle")
    session, access = sessions.find(work, token), support_record.find(work, asked.reference)
    assert session is not None
    assert access is not None
    done = support.accept(work, access, session, HALF_AN_HOUR)
    work.db.commit()
    return done


def close(make_work: MakeWork, asked: Asked, by: Closer) -> bool:
    work = make_work("moselle")
    access = support_record.find(work, asked.reference)
    assert access is not None
    done = support.close(work, access, by)
    work.db.commit()
    return done


def look(make_work: MakeWork, asked: Asked) -> bool:
    work = make_work("moselle")
    found = support_use.look(work, "desk", asked.code)
    work.db.commit()
    return isinstance(found, Look)


def sign_in(make_work: MakeWork, account: Account) -> str:
    work = make_work("moselle")
    token = sessions.start(work, account.id, ["pwd"], None)
    work.db.commit()
    return token


@pytest.mark.journey("moselle-8")
@pytest.mark.threat("T-86")
def test_a_request_is_accepted_once_and_what_was_closed_stays_closed(make_work: MakeWork, account: Account) -> None:
    token = sign_in(make_work, account)
    for _ in range(ROUNDS):
        asked = ask(make_work, account)

        def act(number: int, asked: Asked = asked) -> tuple[str, bool]:
            match number % 3:
                case 0:
                    return "accept", accept(make_work, asked, token)
                case 1:
                    return "close", close(make_work, asked, Closer.PERSON)
                case _:
                    return "close", close(make_work, asked, Closer.STAFF)

        counted = Counter(what for what, done in together(9, act) if done)
        assert counted["accept"] <= 1
        assert counted["close"] == 1
        assert not look(make_work, asked)
    work = make_work("moselle")
    assert work.db.scalars(select(Grant.id).where(Grant.revoked_at.is_(None))).all() == []


@pytest.mark.threat("T-86")
def test_looks_are_all_counted_and_the_end_is_told_once(make_work: MakeWork, account: Account) -> None:
    token = sign_in(make_work, account)
    for _ in range(ROUNDS):
        asked = ask(make_work, account)
        assert accept(make_work, asked, token)
        assert look(make_work, asked)

        def act(number: int, asked: Asked = asked) -> bool:
            return close(make_work, asked, Closer.PERSON) if number % 3 else look(make_work, asked)

        done = together(9, act)
        assert sum(done[number] for number in (1, 2, 4, 5, 7, 8)) == 1
        assert not look(make_work, asked)
        work = make_work("moselle")
        access = support_record.find(work, asked.reference)
        assert access is not None
        looks = work.db.scalars(select(Event).where(Event.name == "support.used"))
        assert access.looks == len([one for one in looks if one.details["reference"] == asked.reference])
        work.db.rollback()
    work = make_work("moselle")
    assert len(work.db.scalars(select(Mail.id).where(Mail.kind == "support_ended")).all()) == ROUNDS
    assert [one.state for one in support_record.of_account(work, account.id)] == [State.ENDED] * ROUNDS
    assert len(work.db.scalars(select(SupportAccess.id)).all()) == ROUNDS
