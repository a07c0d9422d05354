"""The introspection endpoint (RFC 7662), in JSON or as a signed answer (RFC 9701)."""

from dataclasses import replace
from http import HTTPStatus

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from idp.oidc import access_tokens, clients, jose
from idp.services import apps, refresh
from idp.services.work import Work
from idp.settings.client import Client
from idp.web.asked import JSON, Answer, Asked, error, told
from idp.web.stance import stance

SIGNED = "application/token-introspection+jwt"
TOLD = ("iss", "sub", "aud", "client_id", "iat", "exp", "jti", "auth_time", "acr", "sid", "act", "cnf")
INACTIVE: dict[str, object] = {"active": False}


@stance("protocol", csrf=False, browser=False, routine=True)
def introspect(request: Asked) -> Answer:
    """Tell an app that can keep a secret what a token of its own, or one made for it, is worth now.

    Whatever else is presented - unknown, expired, revoked, of another kind or of another app - gets one and the same
    answer (RFC 7662 §2.2).
    """
    asked = clients.asked_by_app(request)
    if isinstance(asked, Answer):
        return _unsigned(request, asked)
    client, parameters = asked
    if client.auth == "none":
        return error("invalid_client", "introspection is for apps that can keep a secret", HTTPStatus.UNAUTHORIZED)
    token = parameters.get("token")
    if token is None:
        return error("invalid_request", "token is missing")
    work = request.work
    found = _access_token(work, client, token) or _refresh_token(work, client, token) or INACTIVE
    answer = _signed(work, client, found) if _wants_signature(request) else told(found)
    return answer.with_headers(("Vary", "Accept"))


def _access_token(work: Work, client: Client, token: str) -> dict[str, object] | None:
    claimed = jose.verify(work, token, "at+jwt")
    if claimed is None:
        return None
    if claimed["client_id"] != client.client_id and not access_tokens.is_for(claimed, client.client_id):
        return None
    owner = apps.find(work, claimed["client_id"])
    if owner is None or not access_tokens.lives(work, claimed):
        return None
    scope = [word for word in claimed["scope"].split() if word in (*owner.scopes, *owner.service_scopes)]
    known = {name: claimed[name] for name in TOLD if name in claimed}
    return {"active": True, **known, "scope": " ".join(scope), "token_type": "DPoP" if "cnf" in known else "Bearer"}


def _refresh_token(work: Work, client: Client, token: str) -> dict[str, object] | None:
    found = refresh.find_unused(work, token)
    if found is None or found.grant.client_id != client.client_id:
        return None
    return {
        "active": True,
        "iss": work.landlord.issuer,
        "sub": found.grant.sub,
        "client_id": found.grant.client_id,
        "scope": " ".join(word for word in found.grant.scope if word in client.scopes),
        "iat": int(found.issued_at.timestamp()),
        "exp": int(found.expires_at.timestamp()),
        **({} if found.grant.dpop_jkt is None else {"cnf": {"jkt": found.grant.dpop_jkt}}),
    }


def _unsigned(request: Asked, refusal: Answer) -> Answer:
    """Answer 400 where a signed answer was wanted and nobody showed who they are at all (RFC 9701 §5)."""
    shown = request.header("Authorization") is not None
    if refusal.status == HTTPStatus.UNAUTHORIZED and not shown and _wants_signature(request):
        return replace(refusal, status=HTTPStatus.BAD_REQUEST)
    return refusal


def _wants_signature(request: Asked) -> bool:
    accepted = parse_accept_header(request.header("Accept"), MIMEAccept)
    return accepted.best_match([JSON, SIGNED], JSON) == SIGNED


def _signed(work: Work, client: Client, found: dict[str, object]) -> Answer:
    """Sign an answer for the app that asked, so that it can show it to others later (RFC 9701 §5)."""
    claims = {
        "iss": work.landlord.issuer,
        "aud": client.client_id,
        "iat": int(work.now.timestamp()),
        "token_introspection": found,
    }
    signed = jose.sign(work, client.signing_alg, "token-introspection+jwt", claims)
    return Answer(HTTPStatus.OK, signed.encode(), (("Content-Type", SIGNED),))
