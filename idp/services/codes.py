"""Authorization codes: one grant each, good once and for a minute."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, insert, select, update

from idp.domain import pkce
from idp.domain.authorization import AuthorizationRequest
from idp.domain.events import EventName
from idp.domain.resources import narrow
from idp.models import Base
from idp.services import audit, grants, refresh
from idp.services.chain import Added, Chain
from idp.services.grants import ACCOUNT, GRANT, OFFLINE, SESSION, AnyRow, GrantRefusal, Issued
from idp.services.live_sessions import LiveSession
from idp.services.prepared import Prepared
from idp.services.vault import digest, new_secret
from idp.services.work import Work
from idp.settings.client import Client

CODE = Base.metadata.tables["authorization_code"]
SAME_MOMENT = timedelta(seconds=2)
SAME_SECOND = timedelta(seconds=1)
"""The moment of an app with a profile: FAPI looks again after a second."""
GRANT_COLUMNS = (
    *("landlord", "handle", "account_id", "session_id", "client_id", "scope", "claims", "sid", "auth_time", "amr"),
    *("resources", "created_at", "expires_at"),
)
OPENED = Added(GRANT, GRANT_COLUMNS)
IN_SESSION = (
    select(*(OPENED.value(column) for column in GRANT_COLUMNS))
    .select_from(SESSION)
    .where(SESSION.c.id == bindparam("in_session"), SESSION.c.ended_at.is_(None))
    .with_for_update(read=True)
)
"""The session is held meanwhile: whoever ends it waits, finds the grant and ends it too, or was there first."""
OPEN = insert(GRANT).from_select(GRANT_COLUMNS, IN_SESSION).returning(GRANT.c.id)
OPEN_GRANT = Prepared(OPEN)
ADDED = Added(
    CODE,
    ("landlord", "code_hash", "redirect_uri", "code_challenge", "nonce", "dpop_jkt", "expires_at"),
    {"grant_id": "id"},
)
ISSUE = Chain(OPEN, ADDED, audit.ADDED)
FIND = Prepared(
    select(
        CODE.c.id,
        CODE.c.redirect_uri,
        CODE.c.code_challenge,
        CODE.c.nonce,
        CODE.c.dpop_jkt.label("code_dpop_jkt"),
        CODE.c.expires_at,
        CODE.c.used_at,
        *grants.COLUMNS,
    )
    .join(GRANT, GRANT.c.id == CODE.c.grant_id)
    .join(ACCOUNT, ACCOUNT.c.id == GRANT.c.account_id)
    .where(CODE.c.landlord == bindparam("of_landlord"), CODE.c.code_hash == bindparam("hash"))
)
CLAIM = (
    update(CODE)
    .where(CODE.c.id == bindparam("row"), CODE.c.used_at.is_(None))
    .values(used_at=bindparam("at"))
    .returning(CODE.c.id)
)
REDEEM = Chain(CLAIM, audit.ADDED)
REDEEM_FOR_LONG = Chain(CLAIM, refresh.ADDED, audit.ADDED)


class SessionOverError(Exception):
    """Somebody has signed out at this very moment; nothing was given to anybody."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """What an app brings along with a code.

    Attributes:
        redirect_uri: where it says it got the code.
        verifier: what it says its challenge was made from.
        key: thumbprint of the key that it holds (RFC 9449).
        resources: APIs that it wants an access token for (RFC 8707).
    """

    redirect_uri: str | None
    verifier: str | None
    key: str | None
    resources: tuple[str, ...] = ()


def issue(work: Work, request: AuthorizationRequest, session: LiveSession) -> str:
    """Give an app a grant and the code that stands for it.

    Args:
        work: the transaction.
        request: what the app asked for.
        session: a signed-in session, for which no step is due.

    Returns:
        the code: 43 characters, good once (RFC 6749 §4.1.2).

    Raises:
        SessionOverError: when the session has ended meanwhile.
    """
    code = new_secret()
    added = {
        "landlord": work.landlord.slug,
        "code_hash": digest(code),
        "redirect_uri": request.redirect_uri,
        "code_challenge": request.code_challenge,
        "nonce": request.nonce,
        "dpop_jkt": request.dpop_jkt,
        "expires_at": work.now + work.landlord.tokens.code,
    }
    event = audit.describe(work, EventName.CODE_ISSUED, account_id=session.account_id, client_id=request.client_id)
    grant = _opened(work, request, session, None)
    if ISSUE.first(work.db, {**grant, **ADDED.named(added), **audit.ADDED.named(event)}) is None:
        raise SessionOverError
    audit.note(work, event)
    return code


def redeem(work: Work, client: Client, code: str, brought: Proofs) -> Issued | GrantRefusal:
    """Exchange a code, once (RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9449 §10).

    A second use revokes what the first one issued, and that is to be committed with the refusal. The same request
    sent twice in one moment is a stutter of the app and no theft: it is refused and revokes nothing.

    Args:
        work: the transaction.
        client: the app, which has shown who it is.
        code: what it presents.
        brought: what it brings along with it.
    """
    row = FIND.first(work.db, {"of_landlord": work.landlord.slug, "hash": digest(code)})
    if row is None or row.client_id != client.client_id:
        return GrantRefusal.UNKNOWN
    audience = narrow(brought.resources, tuple(row.resources), client.resources, work.landlord.issuer)
    fault = _fault(row, brought) or (GrantRefusal.FOREIGN_TARGET if audience is None else None)
    if row.used_at is None:
        if work.now >= row.expires_at:
            return GrantRefusal.EXPIRED
        if not grants.lives(row, work.now):
            return GrantRefusal.REVOKED
        if fault is not None:
            return fault
        return _issue(work, client, row, brought.key, audience or ())
    moment = SAME_SECOND if client.is_fapi else SAME_MOMENT
    if fault is None and work.now - row.used_at < moment:
        return GrantRefusal.REPEATED
    grants.revoke(work, row.grant_id)
    audit.record(work, EventName.CODE_REPLAYED, account_id=row.account_id, client_id=client.client_id)
    return GrantRefusal.REPLAYED


def _fault(row: AnyRow, brought: Proofs) -> GrantRefusal | None:
    """Compare what comes with a code with what it was asked for with."""
    if brought.redirect_uri != row.redirect_uri:
        return GrantRefusal.WRONG_REDIRECT_URI
    if not pkce.proves(brought.verifier, row.code_challenge):
        return GrantRefusal.WRONG_VERIFIER
    return None if row.code_dpop_jkt in (None, brought.key) else GrantRefusal.WRONG_KEY


def _issue(
    work: Work, client: Client, row: AnyRow, key: str | None, audience: tuple[str, ...]
) -> Issued | GrantRefusal:
    grant = grants.read(work, row)
    token = new_secret() if OFFLINE in grant.scope else None
    event = audit.describe(work, EventName.TOKENS_ISSUED, account_id=grant.account_id, client_id=client.client_id)
    values = {"row": row.id, "at": work.now, **audit.ADDED.named(event)}
    if token is not None:
        values |= refresh.ADDED.named(refresh.values(work, row, token))
    if (REDEEM if token is None else REDEEM_FOR_LONG).first(work.db, values) is None:
        return GrantRefusal.REPEATED  # another request was faster by an instant
    audit.note(work, event)
    if token is not None and key is not None and client.has_bound_refresh_tokens:
        grants.bind(work, row.grant_id, key)
    return Issued(grant, grant.scope, token, row.nonce, key, audience)


def _asked(request: AuthorizationRequest) -> dict[str, list[str]]:
    """Keep what the `claims` parameter asked for; levels of assurance only where the app insists on one."""
    asked = {"id_token": list(request.id_token_claims), "userinfo": list(request.userinfo_claims)}
    return {**asked, "acr": list(request.essential_acr)} if request.essential_acr else asked


def open_grant(work: Work, request: AuthorizationRequest, session: LiveSession, wait: timedelta | None = None) -> int:
    """Open the grant that a code will stand for.

    Args:
        work: the transaction.
        request: what the app asked for.
        session: a signed-in session.
        wait: most time until the app fetches its tokens, where it is not by a code.

    Returns:
        its number.

    Raises:
        SessionOverError: when the session has ended meanwhile.
    """
    opened = OPEN_GRANT.first(work.db, _opened(work, request, session, wait))
    if opened is None:
        raise SessionOverError
    grant_id: int = opened.id
    return grant_id


def _opened(
    work: Work, request: AuthorizationRequest, session: LiveSession, wait: timedelta | None
) -> dict[str, object]:
    """Give the values of a grant."""
    tokens = work.landlord.tokens
    lifetime = tokens.refresh_absolute if OFFLINE in request.scope else (wait or tokens.code) + tokens.access_token
    return {"in_session": session.id} | OPENED.named(
        {
            "landlord": work.landlord.slug,
            "handle": new_secret(),
            "account_id": session.account_id,
            "session_id": session.id,
            "client_id": request.client_id,
            "scope": " ".join(request.scope),
            "claims": _asked(request),
            "sid": session.sid,
            "auth_time": session.auth_time,
            "amr": session.amr,
            "resources": list(request.resources),
            "created_at": work.now,
            "expires_at": work.now + lifetime,
        }
    )
