"""Takes notices of ended sessions out of the outbox: claims them, and settles what became of them.

As with mails, a claim is committed before the app is told, and settled after. Whoever dies between the two leaves a
notice that the app may have got: it gets it again once the claim has run out, under the same `jti`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from idp.domain.events import EventName
from idp.domain.retries import next_try
from idp.models import LogoutNotice
from idp.services import audit
from idp.services.delivery import BATCH, LEASE
from idp.services.transports import Deferred, Delivered, Outcome, Rejected, Unreachable
from idp.services.work import Work
from idp.settings.client import Client

RETRY_FOR = timedelta(days=1)
"""Longer than people stay signed in to an app that does not answer."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that is one worker's to bring until the claim runs out.

    Attributes:
        id: its number in the outbox.
        client: the app.
        jti: its name, the same at each try.
        sub: who was signed in.
        sid: in which session.
        until: when the claim runs out.
    """

    id: int
    client: Client
    jti: str
    sub: str
    sid: str
    until: datetime


def any_due(work: Work) -> bool:
    """Tell whether a notice of the landlord waits; a look that holds nobody up."""
    return work.db.scalar(_due(work).limit(1)) is not None


def claim(work: Work) -> list[Claimed]:
    """Claim the notices that wait longest, as many as one goes about at a time; commit before bringing them.

    Notices that another worker is claiming at this moment are passed over, and those of apps that are not there any
    more, or want to hear nothing any more, are given up.
    """
    waiting = _due(work).order_by(LogoutNotice.due_at, LogoutNotice.id).limit(BATCH).with_for_update(skip_locked=True)
    return [claimed for row in work.db.scalars(waiting).all() if (claimed := _claim(work, row)) is not None]


def settle(work: Work, notice: Claimed, outcome: Outcome) -> None:
    """Record what became of a claimed notice: once brought or given up, nothing says any more who it was about."""
    row = work.db.scalar(
        select(LogoutNotice)
        .where(LogoutNotice.landlord == work.landlord.slug, LogoutNotice.id == notice.id)
        .with_for_update()
    )
    if row is None or row.due_at is None:
        return
    match outcome:
        case Delivered():
            row.told_at = work.now
            _close(row)
            audit.record(work, EventName.APP_TOLD, client_id=row.client_id, attempts=row.attempts + 1)
        case Rejected(reason):
            _give_up(work, row, reason)
        case Deferred(reason) | Unreachable(reason) if row.due_at == notice.until:
            row.attempts += 1
            row.last_error = reason
            row.due_at = next_try(row.attempts, row.created_at, work.now, RETRY_FOR)
            if row.due_at is None:
                _give_up(work, row, reason)


def _due(work: Work) -> Select[LogoutNotice]:
    return select(LogoutNotice).where(LogoutNotice.landlord == work.landlord.slug, LogoutNotice.due_at <= work.now)


def _claim(work: Work, row: LogoutNotice) -> Claimed | None:
    client = work.landlord.client(row.client_id)
    if client is None or client.backchannel_logout_uri is None or row.sub is None or row.sid is None:
        _give_up(work, row, "the app is not to be told any more")
        return None
    row.due_at = until = work.now + LEASE
    return Claimed(row.id, client, row.jti, row.sub, row.sid, until)


def _give_up(work: Work, row: LogoutNotice, reason: str) -> None:
    row.failed_at, row.last_error = work.now, reason
    _close(row)
    audit.record(work, EventName.APP_NOT_TOLD, client_id=row.client_id, attempts=row.attempts, reason=reason)


def _close(row: LogoutNotice) -> None:
    row.sub = row.sid = row.due_at = None
