"""The introspection endpoint (RFC 7662), in JSON or as a signed answer (RFC 9701)."""

from http import HTTPStatus

from flask import Response, jsonify, request

from idp.oidc import access_tokens, clients, jose
from idp.oidc.errors import error
from idp.services import refresh
from idp.settings.client import Client
from idp.web.current import work
from idp.web.stance import stance

JSON = "application/json"
SIGNED = "application/token-introspection+jwt"
TOLD = ("iss", "sub", "aud", "client_id", "iat", "exp", "jti", "auth_time", "acr", "sid", "act", "cnf")
INACTIVE: dict[str, object] = {"active": False}


@stance("protocol", csrf=False, browser=False, routine=True)
def introspect() -> Response:
    """Tell an app that can keep a secret what a token of its own, or one made for it, is worth now.

    Whatever else is presented - unknown, expired, revoked, of another kind or of another app - gets one and the same
    answer (RFC 7662 §2.2).
    """
    asked = clients.asked_by_app("introspection")
    if isinstance(asked, Response):
        return _unsigned(asked)
    client, parameters = asked
    if client.auth == "none":
        return error("invalid_client", "introspection is for apps that can keep a secret", HTTPStatus.UNAUTHORIZED)
    token = parameters.get("token")
    if token is None:
        return error("invalid_request", "token is missing")
    found = _access_token(client, token) or _refresh_token(client, token) or INACTIVE
    response = _signed(client, found) if _wants_signature() else jsonify(found)
    response.vary.add("Accept")
    return response


def _access_token(client: Client, token: str) -> dict[str, object] | None:
    claimed = jose.verify(work(), token, "at+jwt")
    if claimed is None:
        return None
    if claimed["client_id"] != client.client_id and not access_tokens.is_for(claimed, client.client_id):
        return None
    owner = clients.find(claimed["client_id"])
    if owner is None or not access_tokens.lives(claimed):
        return None
    scope = [word for word in claimed["scope"].split() if word in (*owner.scopes, *owner.service_scopes)]
    told = {name: claimed[name] for name in TOLD if name in claimed}
    return {"active": True, **told, "scope": " ".join(scope), "token_type": "DPoP" if "cnf" in told else "Bearer"}


def _refresh_token(client: Client, token: str) -> dict[str, object] | None:
    found = refresh.find_unused(work(), token)
    if found is None or found.grant.client_id != client.client_id:
        return None
    return {
        "active": True,
        "iss": work().landlord.issuer,
        "sub": found.grant.sub,
        "client_id": found.grant.client_id,
        "scope": " ".join(word for word in found.grant.scope if word in client.scopes),
        "iat": int(found.issued_at.timestamp()),
        "exp": int(found.expires_at.timestamp()),
        **({} if found.grant.dpop_jkt is None else {"cnf": {"jkt": found.grant.dpop_jkt}}),
    }


def _unsigned(refusal: Response) -> Response:
    """Answer 400 where a signed answer was wanted and nobody showed who they are at all (RFC 9701 §5)."""
    shown = "Authorization" in request.headers
    if refusal.status_code == HTTPStatus.UNAUTHORIZED and not shown and _wants_signature():
        refusal.status_code = HTTPStatus.BAD_REQUEST
    return refusal


def _wants_signature() -> bool:
    return request.accept_mimetypes.best_match([JSON, SIGNED], JSON) == SIGNED


def _signed(client: Client, found: dict[str, object]) -> Response:
    """Sign an answer for the app that asked, so that it can show it to others later (RFC 9701 §5)."""
    claims = {
        "iss": work().landlord.issuer,
        "aud": client.client_id,
        "iat": int(work().now.timestamp()),
        "token_introspection": found,
    }
    return Response(jose.sign(work(), client.signing_alg, "token-introspection+jwt", claims), content_type=SIGNED)
