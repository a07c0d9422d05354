"""Reads the audit trail."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from idp.models import Event
from idp.services.work import Work

MOST = 1000


def read(
    work: Work, *, since: datetime | None = None, after: int = 0, names: Collection[str] = (), most: int = MOST
) -> Sequence[Event]:
    """Read the newest events of a landlord.

    Args:
        work: the transaction.
        since: only what happened then or later.
        after: only events with a higher number.
        names: only events with one of these names, or one that begins with one of them and a dot.
        most: so many at most.

    Returns:
        the events, the oldest first.
    """
    asked = select(Event).where(Event.landlord == work.landlord.slug, Event.id > after)
    if since is not None:
        asked = asked.where(Event.happened_at >= since)
    if names:
        asked = asked.where(or_(*(_named(name) for name in names)))
    return work.db.scalars(asked.order_by(Event.id.desc()).limit(most)).all()[::-1]


def of_person(work: Work, account_id: int | None, holder_ids: Collection[int], most: int) -> Sequence[Event]:
    """Read the newest events of one person, the oldest first."""
    about: ColumnElement[bool] = Event.holder_id.in_(holder_ids)
    if account_id is not None:  # a comparison with None finds what happened to nobody
        about = or_(about, Event.account_id == account_id)
    found = select(Event).where(Event.landlord == work.landlord.slug, about).order_by(Event.id.desc()).limit(most)
    return work.db.scalars(found).all()[::-1]


def _named(name: str) -> ColumnElement[bool]:
    return or_(Event.name == name, Event.name.startswith(f"{name}.", autoescape=True))
