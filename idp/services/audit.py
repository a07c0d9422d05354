"""Writes the audit trail, in the transaction of what it records."""

from collections.abc import Mapping

from sqlalchemy import insert

from idp.domain.events import EventName
from idp.models import Base
from idp.services.chain import Added
from idp.services.prepared import Prepared
from idp.services.work import Work

Detail = str | int | bool
RECORDED = "loge_events"
"""Where a session keeps what was recorded in its open transaction, for the log to tell once it is committed."""
EVENT = Base.metadata.tables["event"]
COLUMNS = ("landlord", "happened_at", "name", "account_id", "holder_id", "client_id", "network", "details")
INSERT = Prepared(insert(EVENT).inline(), COLUMNS)
INSERT_ALONE = Prepared(insert(EVENT).inline(), COLUMNS, is_all_that_is_written=True)
ADDED = Added(EVENT, COLUMNS)


def record(work: Work, name: EventName, **about: Detail | None) -> None:
    """Record an event.

    Args:
        work: the transaction it commits with.
        name: what happened.
        about: see `describe`.
    """
    event = describe(work, name, **about)
    INSERT.run(work.db, event)
    note(work, event)


def record_alone(work: Work, name: EventName, **about: Detail | None) -> None:
    """Record an event that is all that a request leaves behind; see `record`."""
    event = describe(work, name, **about)
    INSERT_ALONE.run(work.db, event)
    note(work, event)


def describe(
    work: Work,
    name: EventName,
    *,
    account_id: Detail | None = None,
    holder_id: Detail | None = None,
    client_id: Detail | None = None,
    **details: Detail | None,
) -> dict[str, object]:
    """Describe an event as it is kept.

    Args:
        work: the transaction.
        name: what happened.
        account_id: the account it happened to.
        holder_id: the holder it happened to.
        client_id: the app it happened for.
        details: counts, reasons and other values that are neither secret nor personal.
    """
    return {
        "landlord": work.landlord.slug,
        "happened_at": work.now,
        "name": name,
        "account_id": account_id,
        "holder_id": holder_id,
        "client_id": client_id,
        "network": work.origin.network,
        "details": details,
    }


def note(work: Work, event: Mapping[str, object]) -> None:
    """Have the log tell of an event that another statement keeps, once it is committed."""
    work.db.info.setdefault(RECORDED, []).append(event)
