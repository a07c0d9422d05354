"""Apps: those of the configuration, and beside them those of the database."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import bindparam, select

from idp.models import Base
from idp.models import RegisteredApp as Row
from idp.services.work import Work
from idp.settings.client import Client
from idp.settings.registered_app import RegisteredApp

PREFIX = "reg."
"""What the names of apps of the database begin with; a name that does not is never looked up there."""
TABLE = Base.metadata.tables["registered_app"]
FIND = select(TABLE.c.document, TABLE.c.secret_hash).where(
    TABLE.c.landlord == bindparam("of_landlord"), TABLE.c.client_id == bindparam("named")
)


@dataclass(frozen=True, slots=True)
class Stored:
    """An app of the database.

    Attributes:
        client: its settings.
        secret_hash: SHA-256 of its secret in hexadecimal, where it has one.
    """

    client: Client
    secret_hash: str | None


def find(work: Work, client_id: str) -> Client | None:
    """Find an app; one of the configuration counts before all others."""
    client = work.landlord.client(client_id)
    if client is not None:
        return client
    found = stored(work, client_id)
    return found.client if found else None


def stored(work: Work, client_id: str) -> Stored | None:
    """Find an app of the database, as it is at this moment."""
    if not client_id.startswith(PREFIX):
        return None
    row = work.db.execute(FIND, {"of_landlord": work.landlord.slug, "named": client_id}).one_or_none()
    return None if row is None else Stored(read(row.document), row.secret_hash)


def listed(work: Work) -> Sequence[Row]:
    """List the apps of the database, the oldest first."""
    return work.db.scalars(select(Row).where(Row.landlord == work.landlord.slug).order_by(Row.id)).all()


@lru_cache(maxsize=1024)
def read(document: str) -> RegisteredApp:
    """Read an app's settings as they were stored."""
    return RegisteredApp.model_validate(json.loads(document))
