"""Grants: what a sign-in gave an app, as long as it lives, and its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, select, update

from idp.models import Base
from idp.services import persons, subjects
from idp.services.prepared import Prepared
from idp.services.work import Work

ACCOUNT = Base.metadata.tables["account"]
GRANT = Base.metadata.tables["grant"]
SESSION = Base.metadata.tables["browser_session"]
OFFLINE = "offline_access"
AnyRow = Any
"""A row that has `COLUMNS`; the type checker cannot know a row by its columns."""

COLUMNS = (
    GRANT.c.id.label("grant_id"),
    GRANT.c.handle,
    GRANT.c.account_id,
    GRANT.c.client_id,
    GRANT.c.scope,
    GRANT.c.claims,
    GRANT.c.sid,
    GRANT.c.auth_time,
    GRANT.c.amr,
    GRANT.c.dpop_jkt,
    GRANT.c.resources,
    GRANT.c.expires_at.label("grant_expires_at"),
    GRANT.c.revoked_at,
    ACCOUNT.c.sub,
    ACCOUNT.c.closed_at,
)
NAMED = GRANT.c.landlord == bindparam("of_landlord"), GRANT.c.handle == bindparam("named")
OF_GRANT = GRANT.join(ACCOUNT, ACCOUNT.c.id == GRANT.c.account_id)
FIND = Prepared(select(*COLUMNS).select_from(OF_GRANT).where(*NAMED))
FIND_PERSON = Prepared(
    select(
        GRANT.c.account_id,
        GRANT.c.claims,
        GRANT.c.expires_at.label("grant_expires_at"),
        GRANT.c.revoked_at,
        ACCOUNT.c.closed_at,
        *persons.COLUMNS,
    )
    .select_from(OF_GRANT)
    .where(*NAMED)
)
LIVING = update(GRANT).where(GRANT.c.landlord == bindparam("of_landlord"), GRANT.c.revoked_at.is_(None))
REVOKED = LIVING.values(revoked_at=bindparam("at"))
REVOKE = REVOKED.where(GRANT.c.id == bindparam("row"))
REVOKE_OF_SESSION = REVOKED.where(GRANT.c.session_id == bindparam("row"), GRANT.c.scope.not_like(f"%{OFFLINE}%"))
BIND = LIVING.where(GRANT.c.id == bindparam("row")).values(dpop_jkt=bindparam("key"))
REVOKE_OF_ACCOUNT = REVOKED.where(GRANT.c.account_id == bindparam("row"))


class GrantRefusal(StrEnum):
    """Why a code or a refresh token gives nothing."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REPLAYED = "replayed"
    REPEATED = "repeated"
    REVOKED = "revoked"
    WRONG_REDIRECT_URI = "wrong_redirect_uri"
    WRONG_VERIFIER = "wrong_verifier"
    WRONG_KEY = "wrong_key"
    FOREIGN_TARGET = "foreign_target"
    WIDER_SCOPE = "wider_scope"


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant that lives, with all that tokens say of it.

    Attributes:
        handle: its name in access tokens.
        account_id: the person's account.
        sub: the person, as the app knows them.
        client_id: the app.
        scope: what it covers.
        claims: names asked for in the `claims` parameter, for `id_token` and `userinfo`; the `acr` it insists on.
        sid: the browser session it came from, as the app knows it.
        auth_time: when the person signed in; never moves.
        amr: how the person signed in (RFC 8176).
        expires_at: when it is over.
        dpop_jkt: thumbprint of the key that its refresh tokens are bound to (RFC 9449 §5).
        resources: APIs that the authorization request named (RFC 8707).
    """

    handle: str
    account_id: int
    sub: str
    client_id: str
    scope: tuple[str, ...]
    claims: Mapping[str, list[str]]
    sid: str
    auth_time: datetime
    amr: tuple[str, ...]
    expires_at: datetime
    dpop_jkt: str | None
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Issued:
    """What a token request is worth.

    Attributes:
        grant: the grant behind it.
        scope: the scope of this access token, which may be narrower than the grant's.
        refresh_token: for the next time, where there is one.
        nonce: for the ID token, at the first request only.
        key: thumbprint of the key that this access token is bound to (RFC 9449 §6).
        audience: whom this access token is for, the provider alone where nobody is named (RFC 8707).
    """

    grant: Grant
    scope: tuple[str, ...]
    refresh_token: str | None
    nonce: str | None = None
    key: str | None = None
    audience: tuple[str, ...] = ()


def find(work: Work, handle: str) -> Grant | None:
    """Find the grant an access token names, while it lives."""
    row = FIND.first(work.db, {"of_landlord": work.landlord.slug, "named": handle})
    return read(work, row) if row is not None and lives(row, work.now) else None


def find_person(work: Work, handle: str) -> AnyRow | None:
    """Find whom the grant an access token names is about, while it lives.

    Returns:
        a row with the account's id, the names asked for in the `claims` parameter, and `persons.COLUMNS`.
    """
    row = FIND_PERSON.first(work.db, {"of_landlord": work.landlord.slug, "named": handle})
    return row if row is not None and lives(row, work.now) else None


def lives(row: AnyRow, now: datetime) -> bool:
    """Tell whether the grant of a row that has `COLUMNS`, or those of `find_person`, lives, and its account."""
    return row.revoked_at is None and row.closed_at is None and bool(now < row.grant_expires_at)


def read(work: Work, row: AnyRow) -> Grant:
    """Read the grant out of a row that has `COLUMNS`."""
    seen = subjects.seen_by(work, row.client_id, row.sub, row.sid)
    return Grant(
        row.handle,
        row.account_id,
        seen.sub,
        row.client_id,
        tuple(row.scope.split()),
        row.claims,
        seen.sid,
        row.auth_time,
        tuple(row.amr),
        row.grant_expires_at,
        row.dpop_jkt,
        tuple(row.resources),
    )


def bind(work: Work, grant_id: int, key: str) -> None:
    """Bind the refresh tokens of a grant to the key with this thumbprint (RFC 9449 §5)."""
    work.db.execute(BIND, {"of_landlord": work.landlord.slug, "row": grant_id, "key": key})


def revoke(work: Work, grant_id: int) -> None:
    """Revoke one grant: every code and token that came from it is dead."""
    work.db.execute(REVOKE, {"of_landlord": work.landlord.slug, "row": grant_id, "at": work.now})


def revoke_of_session(work: Work, session_id: int) -> None:
    """Revoke what a session gave to apps; what they hold for the person's absence (offline_access) stays."""
    work.db.execute(REVOKE_OF_SESSION, {"of_landlord": work.landlord.slug, "row": session_id, "at": work.now})


def revoke_of_series(work: Work, remembered_id: int) -> None:
    """Revoke everything apps got through a remembered browser, also what they hold for the person's absence."""
    opened = select(SESSION.c.id).where(SESSION.c.remembered_id == remembered_id)
    revoked = update(GRANT).where(GRANT.c.session_id.in_(opened), GRANT.c.revoked_at.is_(None))
    work.db.execute(revoked.where(GRANT.c.landlord == work.landlord.slug).values(revoked_at=work.now))


def revoke_of_app(work: Work, account_id: int, client_id: str) -> None:
    """Revoke everything one app holds for an account."""
    key = {"of_landlord": work.landlord.slug, "row": account_id, "at": work.now}
    work.db.execute(REVOKE_OF_ACCOUNT.where(GRANT.c.client_id == client_id), key)


def move(work: Work, from_session_id: int, to_session_id: int) -> None:
    """Let grants live on with the session by which the same person signed in again."""
    work.db.execute(
        update(GRANT)
        .where(GRANT.c.landlord == work.landlord.slug, GRANT.c.session_id == from_session_id)
        .values(session_id=to_session_id)
    )


def revoke_of_account(work: Work, account_id: int, but_session_id: int = 0) -> None:
    """Revoke everything apps hold for an account, as after a new password, but what came of one session."""
    key = {"of_landlord": work.landlord.slug, "row": account_id, "at": work.now}
    others = func.coalesce(GRANT.c.session_id, 0) != but_session_id
    work.db.execute(REVOKE_OF_ACCOUNT.where(others) if but_session_id else REVOKE_OF_ACCOUNT, key)
