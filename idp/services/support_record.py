"""What there is about support accesses: who asked, what became of it, when somebody looked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from idp.domain.cases import typed_reference
from idp.domain.events import EventName
from idp.domain.support import Closer, Course, State, state
from idp.models import Event, Grant, SupportAccess
from idp.services.work import Work

OPEN = SupportAccess.closed_at.is_(None)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to look, and why; the person reads it, and it is stored sealed.

    Attributes:
        adviser: name of the adviser.
        reason: why, in a sentence.
    """

    adviser: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A support access as the person and the staff see it.

    Attributes:
        access: its row.
        wish: who asked, and why.
        state: where it stands.
        looks: when somebody looked, the first first.
    """

    access: SupportAccess
    wish: Wish
    state: State
    looks: Sequence[datetime]


def find(work: Work, typed: str) -> SupportAccess | None:
    """Find a support access by its reference, however it is typed."""
    reference = typed_reference(typed) or ""
    return work.db.scalar(
        select(SupportAccess).where(
            SupportAccess.landlord == work.landlord.slug, SupportAccess.reference == reference
        )
    )


def of_account(work: Work, account_id: int) -> list[Shown]:
    """List the support accesses of an account, the newest first."""
    return _shown(work, SupportAccess.account_id == account_id)


def listed(work: Work, *, everything: bool = False) -> list[Shown]:
    """List what waits or runs at a landlord, or all there is; the newest first."""
    found = _shown(work, SupportAccess.id.is_not(None) if everything else OPEN)
    return [one for one in found if everything or one.state in (State.WAITING, State.RUNNING)]


def is_waiting(work: Work, account_id: int) -> bool:
    """Tell whether a request waits for a person's answer."""
    waiting = select(SupportAccess.id).where(
        SupportAccess.landlord == work.landlord.slug,
        SupportAccess.account_id == account_id,
        OPEN,
        SupportAccess.accepted_at.is_(None),
        SupportAccess.answer_by > work.now,
    )
    return work.db.scalar(waiting.limit(1)) is not None


def wish_of(work: Work, access: SupportAccess) -> Wish:
    """Open who asked, and why."""
    return Wish(**json.loads(work.vault.unseal(access.sealed, row_of(work, access.reference))))


def _shown(work: Work, which: ColumnElement[bool]) -> list[Shown]:
    wanted = (
        select(SupportAccess, Grant.revoked_at)
        .outerjoin(Grant, Grant.id == SupportAccess.grant_id)
        .where(SupportAccess.landlord == work.landlord.slug, which)
        .order_by(SupportAccess.requested_at.desc(), SupportAccess.id.desc())
    )
    return [
        Shown(access, wish_of(work, access), state(course_of(access, revoked_at), work.now), looks_of(work, access))
        for access, revoked_at in work.db.execute(wanted).all()
    ]


def course_of(access: SupportAccess, revoked_at: datetime | None = None) -> Course:
    """Read what became of a request; a grant that was revoked meanwhile ended it by the person's sign-out."""
    closer = Closer(access.closed_by) if access.closed_by else Closer.PERSON if revoked_at else None
    return Course(access.answer_by, access.accepted_at, access.ends_at, access.closed_at or revoked_at, closer)


def looks_of(work: Work, access: SupportAccess) -> Sequence[datetime]:
    """List when somebody looked, as the audit trail has it; the first first."""
    if not access.looks:
        return []
    used = select(Event).where(
        Event.landlord == work.landlord.slug,
        Event.account_id == access.account_id,
        Event.name == EventName.SUPPORT_USED,
        Event.happened_at >= access.requested_at,
    )
    found = work.db.scalars(used.order_by(Event.id))
    return [event.happened_at for event in found if event.details.get("reference") == access.reference]


def row_of(work: Work, reference: str) -> str:
    """Name the row that the words of a request are sealed for."""
    return f"support:{work.landlord.slug}:{reference}"
