"""Writes the audit trail, in the transaction of what it records."""

from sqlalchemy import insert

from idp.domain.events import EventName
from idp.models import Base
from idp.services.prepared import Prepared
from idp.services.work import Work

Detail = str | int | bool
RECORDED = "loge_events"
"""Where a session keeps what was recorded in its open transaction, for the log to tell once it is committed."""
INSERT = Prepared(
    insert(Base.metadata.tables["event"]).inline(),
    ("landlord", "happened_at", "name", "account_id", "holder_id", "client_id", "network", "details"),
)


def record(
    work: Work,
    name: EventName,
    *,
    account_id: int | None = None,
    holder_id: int | None = None,
    client_id: str | None = None,
    **details: Detail,
) -> None:
    """Record an event.

    Args:
        work: the transaction it commits with.
        name: what happened.
        account_id: the account it happened to.
        holder_id: the holder it happened to.
        client_id: the app it happened for.
        details: counts, reasons and other values that are neither secret nor personal.
    """
    event = {
        "landlord": work.landlord.slug,
        "happened_at": work.now,
        "name": name,
        "account_id": account_id,
        "holder_id": holder_id,
        "client_id": client_id,
        "network": work.origin.network,
        "details": details,
    }
    INSERT.run(work.db, event)
    work.db.info.setdefault(RECORDED, []).append(event)
