"""The mail worker against a real mail server, and against its absence."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import QueryableAttribute

from idp.cli.mailroom import Mailroom, Round
from idp.cli.worker import HOUR, POLL_SECONDS, Every, work_until
from idp.domain.mails import MailKind
from idp.models import Mail
from idp.services import outbox
from idp.services.delivery import LEASE
from idp.services.transports import Delivered, Outcome, SmtpTransport
from idp.services.work import Work
from idp.settings.root import Settings
from idp.settings.server import Smtp
from idp.web import mail_rendering
from tests.conftest import HandClock, MakeWork
from tests.mail_server import MailServer


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.down()


@pytest.fixture
def mailroom(
    app: Flask, settings: Settings, server: MailServer, make_work: MakeWork, clock: HandClock
) -> Iterator[Mailroom]:
    @contextmanager
    def open_work(slug: str, *, read_only: bool = False) -> Iterator[Work]:
        work = make_work(slug)
        with work.db.begin():
            yield work

    transport = SmtpTransport(Smtp(host="127.0.0.1", port=server.port, encryption="none"), None)
    with app.app_context():
        yield Mailroom(settings.landlords, open_work, mail_rendering.render, transport, clock, stopping=lambda: False)


def queue(mailroom: Mailroom, recipient: str = "marie@example.org") -> None:
    with mailroom.open_work("paris") as work:
        outbox.enqueue(work, MailKind.CONFIRM_EMAIL, recipient, "fr", {"token": "t0ken"})


def count(mailroom: Mailroom, column: QueryableAttribute[datetime | None]) -> int:
    with mailroom.open_work("paris", read_only=True) as work:
        return work.db.scalar(select(func.count(column))) or 0


def test_a_queued_mail_arrives_once(mailroom: Mailroom, server: MailServer) -> None:
    server.up()
    queue(mailroom)
    assert mailroom.round() == Round(settled=1, down=None)
    assert mailroom.round() == Round(settled=0, down=None)
    (arrived,) = server.arrived
    assert arrived.recipients == ["marie@example.org"]
    text = arrived.message.get_body(("plain",))
    assert isinstance(text, EmailMessage)
    assert "/paris/link?token=t0ken" in text.get_content()


@pytest.mark.threat("T-70")
@pytest.mark.parametrize(
    "recipient",
    [
        "marie@example.org\r\nBcc: other@example.org",
        "marie@example.org\nBcc: other@example.org",
        "marie@example.org, other@example.org",
        "marie@example.org\x00other@example.org",
    ],
)
def test_an_address_smuggles_nobody_in(mailroom: Mailroom, server: MailServer, recipient: str) -> None:
    server.up()
    queue(mailroom, recipient)
    queue(mailroom, "paul@example.org")
    mailroom.round()
    assert [arrived.recipients for arrived in server.arrived] == [["paul@example.org"]]
    assert count(mailroom, Mail.failed_at) == 1


def test_a_template_that_fails_costs_only_time(mailroom: Mailroom, server: MailServer, clock: HandClock) -> None:
    server.up()
    queue(mailroom)

    def broken(*_: object) -> EmailMessage:
        raise KeyError("canary")

    assert replace(mailroom, render=broken).round() == Round(settled=1, down=None)
    clock.forward(minutes=1)
    assert mailroom.round().settled == 1
    assert len(server.arrived) == 1


def test_an_outage_is_noticed_at_the_first_mail_and_harms_none(mailroom: Mailroom, server: MailServer) -> None:
    for _ in range(3):
        queue(mailroom)
    assert mailroom.round() == Round(settled=0, down="ConnectionRefusedError: Connection refused")
    server.up()
    assert mailroom.round() == Round(settled=3, down=None)
    assert count(mailroom, Mail.sent_at) == 3


def test_told_to_stop_it_leaves_the_rest_for_the_next(mailroom: Mailroom, server: MailServer) -> None:
    server.up()
    for _ in range(3):
        queue(mailroom)
    answers = iter([False, True])
    replace(mailroom, stopping=lambda: next(answers)).round()
    assert len(server.arrived) == 1
    assert mailroom.round().settled == 2


def test_a_batch_that_takes_too_long_is_given_back(mailroom: Mailroom, server: MailServer, clock: HandClock) -> None:
    server.up()
    queue(mailroom)
    queue(mailroom)

    class Slow:
        def send(self, message: EmailMessage, serial: int, now: datetime) -> Outcome:
            clock.now += LEASE
            return Delivered()

        def close(self) -> None:
            pass

    assert replace(mailroom, transport=Slow()).round().settled == 1
    assert mailroom.round().settled == 1
    assert len(server.arrived) == 1


def test_dying_after_sending_means_twice_with_one_message_id_and_never_not_at_all(
    mailroom: Mailroom, server: MailServer, clock: HandClock
) -> None:
    server.up()
    queue(mailroom)

    class Dying:
        def send(self, message: EmailMessage, serial: int, now: datetime) -> Outcome:
            assert mailroom.transport.send(message, serial, now) == Delivered()
            raise KeyboardInterrupt

        def close(self) -> None:
            mailroom.transport.close()

    with pytest.raises(KeyboardInterrupt):
        replace(mailroom, transport=Dying()).round()
    assert mailroom.round().settled == 0
    clock.now += LEASE
    assert mailroom.round().settled == 1
    first, second = server.arrived
    assert first.message["Message-ID"] == second.message["Message-ID"]


def test_an_hourly_task_is_done_at_once_and_then_hourly(clock: HandClock) -> None:
    done: list[datetime] = []
    hourly = Every(HOUR, clock, lambda: done.append(clock.now))
    for _ in range(150):
        hourly()
        clock.forward(minutes=1)
    assert [moment - done[0] for moment in done] == [timedelta(hours=hours) for hours in range(3)]


@pytest.mark.threat("T-82")
def test_ten_minutes_without_a_mail_server_lose_nothing(
    mailroom: Mailroom, server: MailServer, clock: HandClock
) -> None:
    """Sign-ups go on, one each ten seconds; all mails are there two minutes after the server is back."""
    back = clock.now + timedelta(minutes=10)
    end = back + timedelta(minutes=2)
    queued = 0

    def wait(seconds: float) -> None:
        nonlocal queued
        clock.forward(seconds=max(1, round(seconds)))
        while queued < 60 and clock.now >= back - timedelta(seconds=10 * (60 - queued)):
            queue(mailroom, f"n{queued}@example.org")
            queued += 1
        if clock.now >= back and not server.is_up:
            server.up()

    work_until(lambda: clock.now >= end, wait, mailroom)
    assert queued == 60
    arrived = [arrived.message["Message-ID"] for arrived in server.arrived]
    assert len(arrived) == len(set(arrived)) == 60
    assert count(mailroom, Mail.sent_at) == 60
    assert max_sent(mailroom) <= back + timedelta(minutes=1)


def max_sent(mailroom: Mailroom) -> datetime:
    with mailroom.open_work("paris", read_only=True) as work:
        return max(sent for sent in work.db.scalars(select(Mail.sent_at)) if sent)


def test_a_chore_that_fails_keeps_no_other_from_being_done(mailroom: Mailroom, server: MailServer) -> None:
    server.up()
    queue(mailroom)
    done: list[str] = []
    pauses: list[float] = []

    def fails() -> None:
        raise RuntimeError("always")

    def works() -> bool:
        done.append("done")
        return True

    work_until(lambda: len(pauses) == 2, pauses.append, mailroom, [fails, works])
    assert (done, pauses, len(server.arrived)) == (["done"] * 2, [1, 2], 1)


def test_an_outage_of_the_database_is_waited_for(mailroom: Mailroom, server: MailServer) -> None:
    server.up()
    queue(mailroom)
    pauses: list[float] = []

    @contextmanager
    def flaky(slug: str, *, read_only: bool = False) -> Iterator[Work]:
        if len(pauses) < 8:
            raise OperationalError("SELECT 1", {}, Exception("gone"))
        with mailroom.open_work(slug, read_only=read_only) as work:
            yield work

    work_until(lambda: len(pauses) == 9, pauses.append, replace(mailroom, open_work=flaky))
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30, POLL_SECONDS]
    assert len(server.arrived) == 1
