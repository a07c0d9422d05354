"""The userinfo endpoint (OpenID Connect Core §5.3, RFC 6750)."""

from flask import Response, jsonify, request

from idp.domain import claims
from idp.oidc import access_tokens, jose, parameters
from idp.oidc.clients import registered
from idp.oidc.errors import error
from idp.oidc.parameters import Malformed
from idp.services import grants, persons
from idp.settings.client import Client
from idp.web.current import work
from idp.web.landlord import current_landlord
from idp.web.stance import stance


@stance("protocol", csrf=False, browser=False)
def userinfo() -> Response:
    """Tell an app what its access token lets it know about the person."""
    token = _bearer()
    if isinstance(token, Response):
        return token
    claimed = jose.verify(work(), token, "at+jwt")
    if claimed is None or claimed["aud"] != work().landlord.issuer or claimed["exp"] <= work().now.timestamp():
        return _refuse("invalid_token", "the access token is not valid here, or has expired")
    if "gid" not in claimed:
        return _refuse("insufficient_scope", "the access token is in nobody's name", 403)
    grant = grants.find(work(), claimed["gid"])
    client = registered().by_id.get(claimed["client_id"])
    if grant is None or client is None or access_tokens.is_given_back(claimed):
        return _refuse("invalid_token", "the access token was revoked")
    scope = set(claimed["scope"].split()) & set(client.scopes)
    if "openid" not in scope:
        return _refuse("insufficient_scope", "userinfo needs the scope openid", 403)
    asked = () if "act" in claimed else grant.claims.get("userinfo", ())
    names = claims.names_of(scope) | (set(asked) & claims.names_of(client.scopes))
    told = {**persons.claims_of(work(), grant.account_id, names), "sub": grant.sub}
    return jsonify(told) if client.userinfo_signed_response_alg is None else _signed(client, told)


def _signed(client: Client, told: dict[str, object]) -> Response:
    """Sign the answer for the app that asked (OpenID Connect Core §5.3.2), as a kind that passes for no token."""
    alg = client.userinfo_signed_response_alg
    assert alg is not None
    claimed = {**told, "iss": work().landlord.issuer, "aud": client.client_id}
    return Response(jose.sign(work(), alg, "userinfo+jwt", claimed), content_type="application/jwt")


def _bearer() -> str | Response:
    """Find the access token: in the header or in a form, in one of them only, never in the query (RFC 6750 §2)."""
    scheme, _, header = request.headers.get("Authorization", "").partition(" ")
    body = None
    if request.method == "POST" and request.mimetype == parameters.FORM:
        form = parameters.from_body()
        if isinstance(form, Malformed):
            return _refuse("invalid_request", form.why, 400)
        body = form.get("access_token")
    if scheme.lower() == "bearer" and header and body is None:
        return header.strip()
    if body is not None and not scheme:
        return body
    if body is not None:
        return _refuse("invalid_request", "the access token is there in two ways", 400)
    response = Response(status=401)
    response.headers["WWW-Authenticate"] = f'Bearer realm="{current_landlord().slug}"'
    return response


def _refuse(name: str, description: str, status: int = 401) -> Response:
    realm = current_landlord().slug
    challenge = f'Bearer realm="{realm}", error="{name}", error_description="{description}"'
    return error(name, description, status, WWW_Authenticate=challenge)
