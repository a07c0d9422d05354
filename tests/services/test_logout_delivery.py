"""Notices of ended sessions keep the promises that mails keep."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from idp.models import Event, LogoutNotice
from idp.services import logout_delivery
from idp.services.delivery import BATCH, LEASE
from idp.services.logout_delivery import RETRY_FOR, Claimed
from idp.services.logout_notices import NOTICE
from idp.services.transports import Deferred, Delivered, Outcome, Rejected, Unreachable
from idp.services.work import Work
from idp.settings.root import Settings
from tests.conftest import START, HandClock, MakeWork


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A landlord whose portal wants to hear of ended sessions."""
    paris = settings.landlords["paris"]
    portal = paris.clients[0].model_copy(update={"backchannel_logout_uri": "https://portal.example/signed-out"})
    return settings.model_copy(update={"landlords": {"paris": paris.model_copy(update={"clients": [portal]})}})


@dataclass
class Desk:
    """Does one thing at a time, each in a transaction of its own."""

    make_work: MakeWork

    def queue(self, client_id: str = "portal") -> None:
        with self._open() as work:
            row = {"landlord": "paris", "created_at": work.now, "due_at": work.now, "jti": "j" * 43}
            work.db.execute(insert(NOTICE), row | {"client_id": client_id, "sub": "sub", "sid": "sid"})

    def any_due(self) -> bool:
        with self._open() as work:
            return logout_delivery.any_due(work)

    def claim(self) -> list[Claimed]:
        with self._open() as work:
            return logout_delivery.claim(work)

    def settle(self, notice: Claimed, outcome: Outcome) -> None:
        with self._open() as work:
            logout_delivery.settle(work, notice, outcome)

    def notice(self) -> LogoutNotice:
        """Read the only notice there is."""
        with self._open() as work:
            row = work.db.scalars(select(LogoutNotice)).one()
            work.db.expunge(row)
            return row

    def event(self) -> Event:
        """Read the only event there is."""
        with self._open() as work:
            row = work.db.scalars(select(Event)).one()
            work.db.expunge(row)
            return row

    @contextmanager
    def _open(self) -> Iterator[Work]:
        work = self.make_work()
        with work.db.begin():
            yield work


@pytest.fixture
def desk(make_work: MakeWork) -> Desk:
    return Desk(make_work)


@pytest.fixture
def queued(desk: Desk) -> None:
    """One notice in the outbox."""
    desk.queue()


@pytest.mark.usefixtures("queued")
def test_a_claimed_notice_is_nobody_elses(desk: Desk) -> None:
    (notice,) = desk.claim()
    assert (notice.client.client_id, notice.sub, notice.sid) == ("portal", "sub", "sid")
    assert not desk.any_due()
    assert desk.claim() == []


@pytest.mark.usefixtures("queued")
def test_who_dies_between_claim_and_result_leaves_the_notice_to_the_next(desk: Desk, clock: HandClock) -> None:
    (first,) = desk.claim()
    clock.forward(seconds=LEASE.total_seconds() - 1)
    assert desk.claim() == []
    clock.forward(seconds=1)
    (second,) = desk.claim()
    assert second.jti == first.jti


@pytest.mark.usefixtures("queued")
def test_a_notice_that_was_brought_is_erased_and_stays_in_the_trail(desk: Desk) -> None:
    (notice,) = desk.claim()
    desk.settle(notice, Delivered())
    row = desk.notice()
    assert (row.sub, row.sid, row.due_at, row.told_at) == (None, None, None, START)
    event = desk.event()
    assert (event.name, event.client_id, event.details) == ("logout.told", "portal", {"attempts": 1})


@pytest.mark.spec("Back-Channel Logout 2.8")
@pytest.mark.usefixtures("queued")
@pytest.mark.parametrize("outcome", [Deferred("HTTP 503"), Unreachable("HTTP 503")])
def test_an_app_that_fails_is_told_again_ever_more_slowly_and_then_no_more(
    desk: Desk, clock: HandClock, outcome: Outcome
) -> None:
    pauses = []
    while claimed := desk.claim():
        desk.settle(claimed[0], outcome)
        row = desk.notice()
        if row.due_at is None:
            break
        pauses.append(row.due_at - clock.now)
        clock.now = row.due_at
    assert pauses[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert clock.now == START + RETRY_FOR
    row = desk.notice()
    assert (row.sub, row.sid, row.failed_at, row.last_error) == (None, None, clock.now, "HTTP 503")
    assert desk.event().name == "logout.given_up"


@pytest.mark.spec("Back-Channel Logout 2.8")
@pytest.mark.usefixtures("queued")
def test_a_notice_that_will_never_be_taken_is_given_up_at_once(desk: Desk) -> None:
    (notice,) = desk.claim()
    desk.settle(notice, Rejected("HTTP 410"))
    assert (desk.notice().failed_at, desk.notice().due_at) == (START, None)


@pytest.mark.usefixtures("queued")
def test_a_late_failure_does_not_undo_what_another_worker_did(desk: Desk, clock: HandClock) -> None:
    (slow,) = desk.claim()
    clock.now += LEASE
    (quick,) = desk.claim()
    desk.settle(slow, Deferred("HTTP 503"))
    assert desk.notice().due_at == quick.until
    desk.settle(quick, Delivered())
    desk.settle(slow, Rejected("HTTP 410"))
    row = desk.notice()
    assert (row.told_at, row.failed_at) == (clock.now, None)


def test_an_app_that_is_gone_is_told_nothing(desk: Desk) -> None:
    desk.queue("gone")
    assert desk.claim() == []
    assert desk.notice().last_error == "the app is not to be told any more"


@pytest.mark.skipif(not os.environ.get("DATABASE_URL", "").startswith("postgresql"), reason="SQLite has one writer")
def test_two_workers_share_the_outbox_without_waiting(desk: Desk, make_work: MakeWork) -> None:
    for _ in range(2 * BATCH):
        desk.queue()
    one, other = make_work(), make_work()
    first, second = logout_delivery.claim(one), logout_delivery.claim(other)
    one.db.commit()
    other.db.commit()
    assert len(first) == len(second) == BATCH
    assert {notice.id for notice in first}.isdisjoint(notice.id for notice in second)
