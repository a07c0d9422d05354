"""Which scripts of other origins may read an answer: those of the landlord's public web apps."""

from flask import Response

from idp.oidc.clients import registered
from idp.web.landlord import landlord_or_none
from idp.web.present import present_request

READABLE = {
    "oidc.openid_configuration": "GET",
    "oidc.authorization_server": "GET",
    "oidc.jwks": "GET",
    "oidc.par": "POST",
    "oidc.token": "POST",
    "oidc.userinfo": "GET, POST",
    "oidc.revocation": "POST",
}


def allow(response: Response) -> Response:
    """Let the script that asked read the answer, where it may; nothing at `/authorize` is for scripts."""
    asked = present_request()
    methods = READABLE.get(asked.endpoint or "")
    if methods is None or landlord_or_none() is None:
        return response
    response.headers.add("Vary", "Origin")
    origin = asked.headers.get("Origin", "")
    if origin not in registered().origins:
        return response
    response.headers["Access-Control-Allow-Origin"] = origin
    if asked.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = methods
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, DPoP"
        response.headers["Access-Control-Max-Age"] = "3600"
    else:
        response.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate, DPoP-Nonce"
    return response
