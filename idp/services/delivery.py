"""Takes mails out of the outbox: claims them, and settles what became of them.

A claim is committed before the mail is sent, and settled after. Whoever dies between the two leaves a mail that may
have gone out without anybody knowing: it is sent again once the claim has run out, under the same Message-ID. So a
mail may arrive twice, but never not at all.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.domain.retries import next_try
from idp.models import Mail
from idp.services import audit
from idp.services.transports import Deferred, Delivered, Outcome, Rejected, Unreachable
from idp.services.vault import SealBrokenError
from idp.services.work import Work

BATCH = 10
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that is one worker's to send until the claim runs out.

    Attributes:
        id: its number in the outbox.
        kind: which mail.
        locale: language of the reader.
        recipient: one address.
        context: what its template needs besides the landlord.
        message_id: the same at each try, without the domain.
        until: when the claim runs out.
    """

    id: int
    kind: MailKind
    locale: str
    recipient: str
    context: Mapping[str, str | int]
    message_id: str
    until: datetime


def any_due(work: Work) -> bool:
    """Tell whether a mail of the landlord waits to be sent; a look that holds nobody up."""
    return work.db.scalar(_due(work).limit(1)) is not None


def claim(work: Work) -> list[Claimed]:
    """Claim the mails that wait longest, as many as one goes about at a time; commit before sending them.

    Mails that another worker is claiming at this moment are passed over, and one that cannot be opened any more
    is given up.
    """
    rows = work.db.scalars(_due(work).order_by(Mail.due_at, Mail.id).limit(BATCH).with_for_update(skip_locked=True))
    return [claimed for row in rows.all() if (claimed := _claim(work, row)) is not None]


def settle(work: Work, mail: Claimed, outcome: Outcome) -> None:
    """Record what became of a claimed mail.

    Handed over or given up, its recipient and context are erased. What failed for now is tried again later; where
    no mail could be handed over, the mail is due again at once and the failure is not counted against it.
    """
    row = work.db.scalar(
        select(Mail).where(Mail.landlord == work.landlord.slug, Mail.id == mail.id).with_for_update()
    )
    if row is None or row.sealed is None:
        return
    match outcome:
        case Delivered():
            row.sent_at = work.now
            _close(row)
            audit.record(work, EventName.MAIL_SENT, mail=row.id, kind=row.kind, attempts=row.attempts + 1)
        case Rejected(reason):
            _give_up(work, row, reason)
        case Deferred(reason) if row.due_at == mail.until:
            row.attempts += 1
            _try_again(work, row, next_try(row.attempts, row.created_at, work.now, _retry_for(work)), reason)
        case Unreachable(reason) if row.due_at == mail.until:
            over = work.now >= row.created_at + _retry_for(work)
            _try_again(work, row, None if over else work.now, reason)


def _due(work: Work) -> Select[Mail]:
    return select(Mail).where(Mail.landlord == work.landlord.slug, Mail.due_at <= work.now)


def _claim(work: Work, row: Mail) -> Claimed | None:
    try:
        content = json.loads(work.vault.unseal(row.sealed or "", f"mail:{row.message_id}"))
    except SealBrokenError:
        _give_up(work, row, "sealed under another root secret")
        return None
    if not content["recipient"]:  # written to nobody, so that it takes as long as writing to somebody
        _close(row)
        return None
    row.due_at = until = work.now + LEASE
    return Claimed(
        row.id, MailKind(row.kind), row.locale, content["recipient"], content["context"], row.message_id, until
    )


def _try_again(work: Work, row: Mail, at: datetime | None, reason: str) -> None:
    row.due_at, row.last_error = at, reason
    if at is None:
        _give_up(work, row, reason)


def _give_up(work: Work, row: Mail, reason: str) -> None:
    row.failed_at, row.last_error = work.now, reason
    _close(row)
    audit.record(work, EventName.MAIL_GIVEN_UP, mail=row.id, kind=row.kind, attempts=row.attempts, reason=reason)


def _close(row: Mail) -> None:
    row.sealed = row.due_at = None


def _retry_for(work: Work) -> timedelta:
    return work.settings.mail.retry_for
