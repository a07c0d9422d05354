"""Journeys as they wait, read as rows: every page on the way begins with one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from idp.domain.authorization import AuthorizationRequest, read_request
from idp.models import Base
from idp.services.prepared import Prepared
from idp.services.vault import digest
from idp.services.work import Work

JOURNEY = Base.metadata.tables["journey"]
FIND = Prepared(
    select(
        JOURNEY.c.id,
        JOURNEY.c.request,
        JOURNEY.c.min_auth_time,
        JOURNEY.c.former_session_id,
        JOURNEY.c.authorized_by,
        JOURNEY.c.claimed_at,
    ).where(
        JOURNEY.c.landlord == bindparam("of_landlord"),
        JOURNEY.c.reference_hash == bindparam("hash"),
        JOURNEY.c.browser_hash == bindparam("browser"),
        JOURNEY.c.expires_at > bindparam("at"),
    )
)


@dataclass(frozen=True, slots=True)
class PendingJourney:
    """An authorization request that waits for the person.

    Attributes:
        id: its number.
        asked: the checked request.
        min_auth_time: how recent a sign-in must be to answer it.
        former_session_id: the session that cannot answer it, because a new sign-in was asked for.
        authorized_by: the account whose person agreed on it that the app gets what it asks for.
        claimed_at: when it was answered.
    """

    id: int
    asked: AuthorizationRequest
    min_auth_time: datetime | None
    former_session_id: int | None
    authorized_by: int | None
    claimed_at: datetime | None

    @property
    def client_id(self) -> str:
        """The app that asks."""
        return self.asked.client_id


def find(work: Work, reference: str | None) -> PendingJourney | None:
    """Find a journey of this landlord and this browser that has not expired."""
    if not reference:
        return None
    key = {"of_landlord": work.landlord.slug, "at": work.now, "hash": digest(reference)}
    row = FIND.first(work.db, {**key, "browser": digest(work.origin.browser)})
    return None if row is None else PendingJourney(row.id, read_request(row.request), *row[2:])
