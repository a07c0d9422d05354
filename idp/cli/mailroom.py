"""Sends what waits in the outbox, a batch at a time."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Protocol

from idp.domain.mails import MailKind
from idp.logs import Log
from idp.services import delivery
from idp.services.delivery import Claimed
from idp.services.transports import Deferred, Delivered, Outcome, Rejected, Transport, Unreachable
from idp.services.work import Work
from idp.settings.landlord import Landlord

MARGIN = timedelta(minutes=1)
STOPPED = Unreachable("the worker was told to stop")
LATE = Unreachable("the batch took longer than the claim")

# `idp.web.mail_rendering.render`: kind, landlord, locale, recipient, context, message id, instant.
Render = Callable[[MailKind, Landlord, str, str, Mapping[str, str | int], str, datetime], EmailMessage]

log = Log("idp.mail")


class OpenWork(Protocol):
    """Opens the work of one landlord; see `idp.cli.context.work_for`."""

    def __call__(self, slug: str, *, read_only: bool = False) -> AbstractContextManager[Work]:
        """Open it; it is committed at the end."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did.

    Attributes:
        settled: mails that were handed over, put off or given up.
        down: why the way out does not work, where it does not.
    """

    settled: int
    down: str | None


@dataclass(frozen=True, slots=True)
class Mailroom:
    """Goes round the landlords and sends what is due.

    Attributes:
        landlords: the landlords by their slugs.
        open_work: opens the work of a landlord; claims and results are committed one by one.
        render: writes the messages.
        transport: the way out; no transaction is open while it works.
        clock: the instant of each step.
        stopping: whether to stop after the mail in hand.
    """

    landlords: Mapping[str, Landlord]
    open_work: OpenWork
    render: Render
    transport: Transport
    clock: Callable[[], datetime]
    stopping: Callable[[], bool]

    def round(self) -> Round:
        """Send one batch for each landlord, until the way out turns out not to work."""
        settled = 0
        try:
            for slug in self.landlords:
                done = self._batch(slug)
                settled += done.settled
                if done.down:
                    return Round(settled, done.down)
        finally:
            self.transport.close()
        return Round(settled, None)

    def _batch(self, slug: str) -> Round:
        with self.open_work(slug, read_only=True) as work:
            if not delivery.any_due(work):
                return Round(0, None)
        with self.open_work(slug) as work:
            claimed = delivery.claim(work)
        settled, down = 0, None
        for mail in claimed:
            outcome = down or self._send(slug, mail)
            with self.open_work(slug) as work:
                delivery.settle(work, mail, outcome)
            if isinstance(outcome, Unreachable):
                down = outcome
            else:
                settled += 1
        return Round(settled, down.reason if down else None)

    def _send(self, slug: str, mail: Claimed) -> Outcome:
        if self.stopping():
            return STOPPED
        if self.clock() > mail.until - MARGIN:
            return LATE
        outcome = self._write_and_send(slug, mail)
        tell = log.info if isinstance(outcome, Delivered) else log.warning
        tell(
            f"mail.{type(outcome).__name__.lower()}",
            landlord=slug,
            mail=mail.id,
            kind=mail.kind,
            error=getattr(outcome, "reason", None),
        )
        return outcome

    def _write_and_send(self, slug: str, mail: Claimed) -> Outcome:
        now = self.clock()
        try:
            message = self.render(
                mail.kind, self.landlords[slug], mail.locale, mail.recipient, mail.context, mail.message_id, now
            )
        except ValueError:
            return Rejected("the address cannot be written into a message")
        except Exception:
            log.exception("mail.unwritable", landlord=slug, mail=mail.id, kind=mail.kind)
            return Deferred("the message could not be written")
        return self.transport.send(message, mail.id, now)
