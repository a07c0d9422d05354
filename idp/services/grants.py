"""What a sign-in gives an app: the grant, its code, and the end of both."""

from sqlalchemy import insert, update

from idp.domain.authorization import AuthorizationRequest
from idp.domain.events import EventName
from idp.models import Base, BrowserSession
from idp.services import audit
from idp.services.vault import digest, new_secret
from idp.services.work import Work

GRANT = Base.metadata.tables["grant"]
CODE = Base.metadata.tables["authorization_code"]

INSERT_GRANT = insert(GRANT).returning(GRANT.c.id)
INSERT_CODE = insert(CODE)
REVOKE = update(GRANT).where(GRANT.c.revoked_at.is_(None))

OFFLINE = "offline_access"


def issue_code(work: Work, request: AuthorizationRequest, session: BrowserSession) -> str:
    """Give an app a grant and the code that stands for it.

    Args:
        work: the transaction.
        request: what the app asked for.
        session: a signed-in session, for which no step is due.

    Returns:
        the code: 43 characters, good once (RFC 6749 §4.1.2).
    """
    code = new_secret()
    work.db.execute(
        INSERT_CODE,
        {
            "landlord": work.landlord.slug,
            "code_hash": digest(code),
            "grant_id": _open_grant(work, request, session),
            "redirect_uri": request.redirect_uri,
            "code_challenge": request.code_challenge,
            "nonce": request.nonce,
            "expires_at": work.now + work.landlord.tokens.code,
        },
    )
    audit.record(work, EventName.CODE_ISSUED, account_id=session.account_id, client_id=request.client_id)
    return code


def _open_grant(work: Work, request: AuthorizationRequest, session: BrowserSession) -> int:
    tokens = work.landlord.tokens
    offline = OFFLINE in request.scope
    grant_id: int = work.db.execute(
        INSERT_GRANT,
        {
            "landlord": work.landlord.slug,
            "handle": new_secret(),
            "account_id": session.account_id,
            "session_id": session.id,
            "client_id": request.client_id,
            "scope": " ".join(request.scope),
            "claims": {"id_token": list(request.id_token_claims), "userinfo": list(request.userinfo_claims)},
            "sid": session.sid,
            "auth_time": session.auth_time,
            "amr": session.amr,
            "created_at": work.now,
            "expires_at": work.now + (tokens.refresh_absolute if offline else tokens.code + tokens.access_token),
        },
    ).scalar_one()
    return grant_id


def revoke_of_session(work: Work, session_id: int) -> None:
    """Revoke what a session gave to apps; what they hold for the person's absence (offline_access) stays."""
    work.db.execute(
        REVOKE.where(
            GRANT.c.landlord == work.landlord.slug,
            GRANT.c.session_id == session_id,
            GRANT.c.scope.not_like(f"%{OFFLINE}%"),
        ).values(revoked_at=work.now)
    )


def revoke_of_account(work: Work, account_id: int) -> None:
    """Revoke everything apps hold for an account, as after a new password."""
    work.db.execute(
        REVOKE.where(GRANT.c.landlord == work.landlord.slug, GRANT.c.account_id == account_id).values(
            revoked_at=work.now
        )
    )
