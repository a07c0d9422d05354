"""Refresh tokens: rotated at each use, one family for each grant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, select, update

from idp.domain.events import EventName
from idp.domain.refresh import Presented, Verdict, judge
from idp.domain.resources import narrow
from idp.models import Base
from idp.services import audit, grants
from idp.services.chain import Added, Chain
from idp.services.grants import ACCOUNT, GRANT, AnyRow, Grant, GrantRefusal, Issued
from idp.services.prepared import Prepared
from idp.services.vault import digest, new_secret
from idp.services.work import Work
from idp.settings.client import Client

TOKEN = Base.metadata.tables["refresh_token"]
SUCCESSOR = TOKEN.alias("successor")
PROFILE_GRACE = timedelta(seconds=30)
"""Time for the retry of an app that is held to FAPI 2.0, should its tokens rotate."""
COLUMNS = ("landlord", "token_hash", "grant_id", "issued_at", "expires_at")
INSERT = Prepared(insert(TOKEN).inline(), COLUMNS)
FIND = Prepared(
    select(
        TOKEN.c.id,
        TOKEN.c.expires_at,
        TOKEN.c.used_at,
        SUCCESSOR.c.used_at.label("successor_used_at"),
        *grants.COLUMNS,
    )
    .join(GRANT, GRANT.c.id == TOKEN.c.grant_id)
    .join(ACCOUNT, ACCOUNT.c.id == GRANT.c.account_id)
    .outerjoin(
        SUCCESSOR,
        (SUCCESSOR.c.landlord == TOKEN.c.landlord) & (SUCCESSOR.c.token_hash == bindparam("successor_hash")),
    )
    .where(TOKEN.c.landlord == bindparam("of_landlord"), TOKEN.c.token_hash == bindparam("hash"))
)
FIND_UNUSED = Prepared(
    select(TOKEN.c.issued_at, TOKEN.c.expires_at, *grants.COLUMNS)
    .join(GRANT, GRANT.c.id == TOKEN.c.grant_id)
    .join(ACCOUNT, ACCOUNT.c.id == GRANT.c.account_id)
    .where(
        TOKEN.c.landlord == bindparam("of_landlord"),
        TOKEN.c.token_hash == bindparam("hash"),
        TOKEN.c.used_at.is_(None),
    )
)
ADDED = Added(TOKEN, COLUMNS)
CLAIM = Chain(
    update(TOKEN)
    .where(TOKEN.c.id == bindparam("row"), TOKEN.c.used_at.is_(None))
    .values(used_at=bindparam("at"))
    .returning(TOKEN.c.id),
    ADDED,
    audit.ADDED,
)
EXTEND = Prepared(
    update(TOKEN)
    .where(TOKEN.c.id == bindparam("row"), TOKEN.c.used_at.is_(None))
    .values(expires_at=bindparam("until"))
)


@dataclass(frozen=True, slots=True)
class Unused:
    """A refresh token that is good.

    Attributes:
        grant: what it stands for.
        issued_at: when it was made.
        expires_at: when it expires unused.
    """

    grant: Grant
    issued_at: datetime
    expires_at: datetime


def start_family(work: Work, row: AnyRow) -> str:
    """Make the first refresh token of the grant of a row that has `grants.COLUMNS`."""
    token = new_secret()
    INSERT.run(work.db, values(work, row, token))
    return token


@dataclass(frozen=True, slots=True)
class Brought:
    """What an app brings to have a token refreshed.

    Attributes:
        token: the refresh token.
        scope: narrower scope for the access token, None for the whole.
        key: thumbprint of the key that it holds (RFC 9449).
        resources: APIs that it wants an access token for (RFC 8707), none for all that were granted.
    """

    token: str
    scope: tuple[str, ...] | None
    key: str | None
    resources: tuple[str, ...] = ()


def use(work: Work, client: Client, brought: Brought) -> Issued | GrantRefusal:
    """Exchange a refresh token for its successor (RFC 6749 §6, RFC 9700 §4.14.2), or just extend it.

    The successor is derived from the token that is presented, so a retry gets the same one although nothing that
    could be read is stored. A replay revokes the family, and that is to be committed with the refusal. Whoever
    presents a token without the key it is bound to can do nothing with it, nor anything against it.

    Args:
        work: the transaction.
        client: the app, which has shown who it is.
        brought: what it brings.
    """
    successor = work.vault.mac("refresh successor", brought.token)
    row = _find(work, client, brought.token, successor)
    if row is None:
        return GrantRefusal.UNKNOWN
    if row.dpop_jkt not in (None, brought.key):
        return GrantRefusal.WRONG_KEY
    verdict = _judge(work, client, row)
    audience = narrow(brought.resources, tuple(row.resources), client.resources, work.landlord.issuer)
    if verdict in (Verdict.FRESH, Verdict.RETRY) and (wider := _wider(row, brought, audience)):
        return wider
    if verdict is Verdict.FRESH:
        if _take(work, client, row, successor):
            given = successor if client.refresh_rotation else brought.token
            return _issue(work, row, given, brought, audience)
        row = _find(work, client, brought.token, successor)  # another request was faster by an instant
        assert row is not None
        verdict = _judge(work, client, row)
    match verdict:
        case Verdict.RETRY:
            return _repeat(work, row, successor, brought, audience)
        case Verdict.EXPIRED:
            return GrantRefusal.EXPIRED
        case Verdict.REVOKED:
            return GrantRefusal.REVOKED
        case Verdict.REPLAYED | Verdict.FRESH:
            grants.revoke(work, row.grant_id)
            audit.record(work, EventName.REFRESH_REPLAYED, account_id=row.account_id, client_id=client.client_id)
            return GrantRefusal.REPLAYED


def find_unused(work: Work, token: str) -> Unused | None:
    """Find a refresh token that is good, and leave it so."""
    row = FIND_UNUSED.first(work.db, {"of_landlord": work.landlord.slug, "hash": digest(token)})
    if row is None or work.now >= row.expires_at or not grants.lives(row, work.now):
        return None
    return Unused(grants.read(work, row), row.issued_at, row.expires_at)


def _find(work: Work, client: Client, token: str, successor: str) -> AnyRow | None:
    """Find a token of this app."""
    key = {"of_landlord": work.landlord.slug, "hash": digest(token), "successor_hash": digest(successor)}
    row = FIND.first(work.db, key)
    return row if row is not None and row.client_id == client.client_id else None


def _wider(row: AnyRow, brought: Brought, audience: tuple[str, ...] | None) -> GrantRefusal | None:
    """Refuse what goes beyond the grant; a refresh narrows only."""
    if not set(brought.scope or ()) <= set(row.scope.split()):
        return GrantRefusal.WIDER_SCOPE
    return GrantRefusal.FOREIGN_TARGET if audience is None else None


def _take(work: Work, client: Client, row: AnyRow, successor: str) -> bool:
    """Use a token up for its successor, which one of many at once can do; or extend it, where it stays the same."""
    event = audit.describe(work, EventName.TOKENS_REFRESHED, account_id=row.account_id, client_id=row.client_id)
    if not client.refresh_rotation:
        EXTEND.run(work.db, {"row": row.id, "until": _idle_end(work, row)})
        audit.INSERT.run(work.db, event)
    else:
        added = ADDED.named(values(work, row, successor)) | audit.ADDED.named(event)
        if CLAIM.first(work.db, {"row": row.id, "at": work.now, **added}) is None:
            return False
    audit.note(work, event)
    return True


def _judge(work: Work, client: Client, row: AnyRow) -> Verdict:
    grace = work.landlord.tokens.refresh_grace if not client.is_fapi else PROFILE_GRACE
    token = Presented(
        row.expires_at,
        row.used_at,
        successor_used=row.successor_used_at is not None,
        family_lives=grants.lives(row, work.now),
    )
    return judge(token, work.now, grace)


def _repeat(work: Work, row: AnyRow, token: str, brought: Brought, audience: tuple[str, ...] | None) -> Issued:
    """Give a successor again."""
    issued = _issue(work, row, token, brought, audience)
    audit.record_alone(work, EventName.TOKENS_REFRESHED, account_id=row.account_id, client_id=row.client_id)
    return issued


def _issue(work: Work, row: AnyRow, token: str, brought: Brought, audience: tuple[str, ...] | None) -> Issued:
    grant = grants.read(work, row)
    scope = grant.scope if brought.scope is None else brought.scope
    return Issued(grant, scope, token, key=brought.key, audience=audience or ())


def values(work: Work, row: AnyRow, token: str) -> dict[str, object]:
    """Give the values of a token of the grant of a row that has `grants.COLUMNS`."""
    return {
        "landlord": work.landlord.slug,
        "token_hash": digest(token),
        "grant_id": row.grant_id,
        "issued_at": work.now,
        "expires_at": _idle_end(work, row),
    }


def _idle_end(work: Work, row: AnyRow) -> datetime:
    until: datetime = min(work.now + work.landlord.tokens.refresh_idle, row.grant_expires_at)
    return until
