"""Apps give back what they hold (RFC 7009): one token, and the whole grant is over."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select

from idp.domain.events import EventName
from idp.models import Base
from idp.services import audit, grants, used_once
from idp.services.grants import GRANT
from idp.services.vault import digest
from idp.services.work import Work

OWN_TOKEN = "revoked access token"
TOKEN = Base.metadata.tables["refresh_token"]
BY_HANDLE = select(GRANT.c.id, GRANT.c.client_id, GRANT.c.account_id, GRANT.c.revoked_at).where(
    GRANT.c.landlord == bindparam("of_landlord"), GRANT.c.handle == bindparam("named")
)
BY_REFRESH_TOKEN = (
    select(GRANT.c.id, GRANT.c.client_id, GRANT.c.account_id, GRANT.c.revoked_at)
    .join(TOKEN, TOKEN.c.grant_id == GRANT.c.id)
    .where(TOKEN.c.landlord == bindparam("of_landlord"), TOKEN.c.token_hash == bindparam("named"))
)


class Outcome(StrEnum):
    """What became of a grant that an app gave back."""

    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """There is none, or no longer: as good as revoked."""
    FOREIGN = "foreign"
    """It is another app's, and untouched."""


@dataclass(frozen=True, slots=True)
class OwnToken:
    """An access token that an app got in its own name, or in exchange.

    Attributes:
        client_id: the app.
        jti: the token's name.
        expires_at: when it is over anyway.
    """

    client_id: str
    jti: str
    expires_at: datetime


def by_handle(work: Work, client_id: str, handle: str) -> Outcome:
    """Revoke the grant that an access token names."""
    return _revoke(work, client_id, by_token=False, named=handle)


def own_token(work: Work, client_id: str, token: OwnToken) -> Outcome:
    """Revoke one access token: that an app got in its own name, or in exchange for another app's."""
    if token.client_id != client_id:
        return Outcome.FOREIGN
    if not used_once.claim(work, OWN_TOKEN, client_id, token.jti, token.expires_at):
        return Outcome.UNKNOWN
    audit.record(work, EventName.GRANT_REVOKED, client_id=client_id)
    return Outcome.REVOKED


def is_given_back(work: Work, client_id: str, jti: str) -> bool:
    """Tell whether an app gave one access token back that has a name of its own."""
    return used_once.is_used(work, OWN_TOKEN, client_id, jti)


def by_refresh_token(work: Work, client_id: str, token: str) -> Outcome:
    """Revoke the grant of a refresh token, a used one included: its family has one owner."""
    return _revoke(work, client_id, by_token=True, named=digest(token))


def _revoke(work: Work, client_id: str, *, by_token: bool, named: str) -> Outcome:
    statement = BY_REFRESH_TOKEN if by_token else BY_HANDLE
    row = work.db.execute(statement, {"of_landlord": work.landlord.slug, "named": named}).one_or_none()
    if row is None:
        return Outcome.UNKNOWN
    if row.client_id != client_id:
        return Outcome.FOREIGN
    if row.revoked_at is not None:
        return Outcome.UNKNOWN
    grants.revoke(work, row.id)
    audit.record(work, EventName.GRANT_REVOKED, account_id=row.account_id, client_id=client_id)
    return Outcome.REVOKED
