import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.domain.mails import MailKind
from idp.models import Event, Mail
from idp.services import delivery, outbox
from idp.services.delivery import BATCH, LEASE, Claimed
from idp.services.transports import Deferred, Delivered, Outcome, Rejected, Unreachable
from idp.services.vault import Vault
from idp.services.work import Work
from tests.conftest import START, HandClock, MakeWork

RETRY_FOR = timedelta(days=3)


@dataclass
class Desk:
    """Does one thing at a time, each in a transaction of its own."""

    make_work: MakeWork

    def queue(self, recipient: str = "marie@example.org") -> None:
        with self._open() as work:
            outbox.enqueue(work, MailKind.RESET_PASSWORD, recipient, "fr", {"token": "t0ken"})

    def any_due(self) -> bool:
        with self._open() as work:
            return delivery.any_due(work)

    def claim(self) -> list[Claimed]:
        with self._open() as work:
            return delivery.claim(work)

    def settle(self, mail: Claimed, outcome: Outcome) -> None:
        with self._open() as work:
            delivery.settle(work, mail, outcome)

    def mail(self) -> Mail:
        """Read the only mail there is."""
        with self._open() as work:
            row = work.db.scalars(select(Mail)).one()
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
    """One mail in the outbox."""
    desk.queue()


@pytest.mark.usefixtures("queued")
def test_a_claim_gives_what_was_queued(desk: Desk) -> None:
    assert desk.any_due()
    (mail,) = desk.claim()
    assert (mail.kind, mail.recipient, mail.locale, mail.context) == (
        MailKind.RESET_PASSWORD,
        "marie@example.org",
        "fr",
        {"token": "t0ken"},
    )


@pytest.mark.usefixtures("queued")
def test_a_claimed_mail_is_nobody_elses(desk: Desk) -> None:
    desk.claim()
    assert not desk.any_due()
    assert desk.claim() == []


@pytest.mark.usefixtures("queued")
def test_who_dies_between_claim_and_result_leaves_the_mail_to_the_next(desk: Desk, clock: HandClock) -> None:
    (first,) = desk.claim()
    clock.forward(seconds=LEASE.total_seconds() - 1)
    assert desk.claim() == []
    clock.forward(seconds=1)
    (second,) = desk.claim()
    assert second.message_id == first.message_id


@pytest.mark.usefixtures("queued")
def test_a_delivered_mail_is_erased_and_stays_in_the_trail(desk: Desk) -> None:
    (mail,) = desk.claim()
    desk.settle(mail, Delivered())
    row = desk.mail()
    assert (row.sealed, row.due_at, row.sent_at) == (None, None, START)
    event = desk.event()
    assert (event.name, event.details) == (
        "mail.sent",
        {"mail": row.id, "kind": "reset_password", "attempts": 1},
    )


@pytest.mark.usefixtures("queued")
def test_a_rejected_mail_is_given_up_at_once(desk: Desk) -> None:
    (mail,) = desk.claim()
    desk.settle(mail, Rejected("SMTP 550 5.1.1"))
    row = desk.mail()
    assert (row.sealed, row.due_at, row.failed_at, row.last_error) == (None, None, START, "SMTP 550 5.1.1")
    assert desk.event().name == "mail.given_up"


@pytest.mark.usefixtures("queued")
def test_a_deferred_mail_is_tried_again_ever_more_slowly_and_then_given_up(desk: Desk, clock: HandClock) -> None:
    pauses = []
    while claimed := desk.claim():
        desk.settle(claimed[0], Deferred("SMTP 450"))
        row = desk.mail()
        if row.due_at is None:
            break
        pauses.append(row.due_at - clock.now)
        clock.now = row.due_at
    assert pauses[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert clock.now == START + RETRY_FOR
    row = desk.mail()
    assert (row.sealed, row.failed_at, row.attempts) == (None, clock.now, len(pauses) + 1)


@pytest.mark.usefixtures("queued")
def test_an_outage_costs_a_mail_nothing(desk: Desk) -> None:
    (mail,) = desk.claim()
    desk.settle(mail, Unreachable("ConnectionRefusedError"))
    row = desk.mail()
    assert (row.due_at, row.attempts, row.last_error) == (START, 0, "ConnectionRefusedError")
    assert [again.id for again in desk.claim()] == [mail.id]


@pytest.mark.usefixtures("queued")
def test_an_outage_longer_than_the_time_ends_it(desk: Desk, clock: HandClock) -> None:
    clock.now += RETRY_FOR
    (mail,) = desk.claim()
    desk.settle(mail, Unreachable("ConnectionRefusedError"))
    assert desk.mail().failed_at == clock.now


@pytest.mark.usefixtures("queued")
def test_a_late_failure_does_not_undo_what_another_worker_did(desk: Desk, clock: HandClock) -> None:
    (slow,) = desk.claim()
    clock.now += LEASE
    (quick,) = desk.claim()
    desk.settle(slow, Deferred("SMTP 450"))
    assert desk.mail().due_at == quick.until
    desk.settle(quick, Delivered())
    desk.settle(slow, Rejected("SMTP 550"))
    row = desk.mail()
    assert (row.sent_at, row.failed_at) == (clock.now, None)


def test_the_longest_waiting_come_first_and_in_small_batches(desk: Desk, clock: HandClock) -> None:
    for number in range(BATCH + 2):
        desk.queue(f"n{number}@example.org")
        clock.forward(seconds=1)
    assert [mail.recipient for mail in desk.claim()] == [f"n{number}@example.org" for number in range(BATCH)]
    assert len(desk.claim()) == 2


@pytest.mark.usefixtures("queued")
def test_a_mail_that_cannot_be_opened_is_given_up(desk: Desk, make_work: MakeWork, vault: Vault) -> None:
    work = make_work()
    with work.db.begin():
        work.db.scalars(select(Mail)).one().sealed = vault.seal("{}", "mail:another")
    assert desk.claim() == []
    assert desk.mail().last_error == "sealed under another root secret"


@pytest.mark.skipif(not os.environ.get("DATABASE_URL", "").startswith("postgresql"), reason="SQLite has one writer")
def test_two_workers_share_the_outbox_without_waiting(desk: Desk, make_work: MakeWork) -> None:
    for number in range(2 * BATCH):
        desk.queue(f"n{number}@example.org")
    one, other = make_work(), make_work()
    first, second = delivery.claim(one), delivery.claim(other)
    one.db.commit()
    other.db.commit()
    assert len(first) == len(second) == BATCH
    assert {mail.id for mail in first}.isdisjoint(mail.id for mail in second)
    assert not desk.any_due()
