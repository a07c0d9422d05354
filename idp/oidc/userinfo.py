"""The userinfo endpoint (OpenID Connect Core §5.3, RFC 6750, RFC 9449 §7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flask import Response, request

from idp.domain import claims
from idp.oidc import access_tokens, clients, dpop, jose, parameters, responses
from idp.oidc.authorization_checks import Refusal
from idp.oidc.errors import error
from idp.oidc.parameters import Malformed
from idp.services import grants, persons
from idp.settings import key_sets
from idp.settings.client import Client
from idp.web.current import work
from idp.web.landlord import current_landlord
from idp.web.stance import stance

ALGORITHMS = " ".join(key_sets.ALGORITHMS)


@dataclass(frozen=True, slots=True)
class Shown:
    """An access token and how it is shown: `bearer`, or `dpop` with a proof of the key it is bound to."""

    scheme: Literal["bearer", "dpop"]
    token: str


@stance("protocol", csrf=False, browser=False, routine=True)
def userinfo() -> Response:
    """Tell an app what its access token lets it know about the person."""
    shown = _shown()
    if isinstance(shown, Response):
        return shown
    claimed = jose.verify(work(), shown.token, "at+jwt")
    issuer, now = work().landlord.issuer, work().now.timestamp()
    if claimed is None or not access_tokens.is_for(claimed, issuer) or claimed["exp"] <= now:
        return _refuse(shown, "invalid_token", "the access token is not valid here, or has expired")
    if "gid" not in claimed:
        return _refuse(shown, "insufficient_scope", "the access token is in nobody's name", 403)
    grant = grants.find(work(), claimed["gid"])
    client = clients.find(claimed["client_id"])
    if grant is None or client is None or access_tokens.is_given_back(claimed):
        return _refuse(shown, "invalid_token", "the access token was revoked")
    unfit = _key_fault(shown, client, claimed.get("cnf"))
    if unfit is not None:
        return unfit
    scope = set(claimed["scope"].split()) & set(client.scopes)
    if "openid" not in scope:
        return _refuse(shown, "insufficient_scope", "userinfo needs the scope openid", 403)
    asked = () if "act" in claimed else grant.claims.get("userinfo", ())
    names = claims.names_of(scope) | (set(asked) & claims.names_of(client.scopes))
    told = {**persons.claims_of(work(), grant.account_id, names), "sub": claimed["sub"]}
    return responses.told(told) if client.userinfo_signed_response_alg is None else _signed(client, told)


def _key_fault(shown: Shown, client: Client, bound: Mapping[str, str] | None) -> Response | None:
    """Hold a bound token to its key, and any other to the scheme it was given for (RFC 9449 §7.1 and §7.2)."""
    if bound is None:
        fits = shown.scheme == "bearer"
        return None if fits else _refuse(shown, "invalid_token", "the access token is bound to no key")
    if shown.scheme == "bearer":
        return _refuse(Shown("dpop", shown.token), "invalid_token", "the access token is bound to a key: use DPoP")
    key = dpop.prove(client, shown.token)
    if isinstance(key, Refusal):
        return _refuse(shown, key.error, key.description)
    if key is None:
        return _refuse(shown, dpop.INVALID, "the DPoP header is missing")
    return (
        None if key == bound["jkt"] else _refuse(shown, "invalid_token", "the access token is bound to another key")
    )


def _signed(client: Client, told: dict[str, object]) -> Response:
    """Sign the answer for the app that asked (OpenID Connect Core §5.3.2), as a kind that passes for no token."""
    alg = client.userinfo_signed_response_alg
    assert alg is not None
    claimed = {**told, "iss": work().landlord.issuer, "aud": client.client_id}
    return Response(jose.sign(work(), alg, "userinfo+jwt", claimed), content_type="application/jwt")


def _shown() -> Shown | Response:
    """Find the access token: in the header or in a form, in one of them only, never in the query (RFC 6750 §2)."""
    scheme, _, header = request.headers.get("Authorization", "").partition(" ")
    body = None
    if request.method == "POST" and request.mimetype == parameters.FORM:
        form = parameters.from_body()
        if isinstance(form, Malformed):
            return _refuse(Shown("bearer", ""), "invalid_request", form.why, 400)
        body = form.get("access_token")
    if body is not None and scheme:
        return _refuse(Shown("bearer", ""), "invalid_request", "the access token is there in two ways", 400)
    if body is not None:
        return Shown("bearer", body)
    match scheme.lower():
        case ("bearer" | "dpop") as known if header:
            return Shown(known, header.strip())
    response = Response(status=401)
    response.headers.add("WWW-Authenticate", f'Bearer realm="{current_landlord().slug}"')
    response.headers.add("WWW-Authenticate", f'DPoP realm="{current_landlord().slug}", algs="{ALGORITHMS}"')
    return response


def _refuse(shown: Shown, name: str, description: str, status: int = 401) -> Response:
    realm = current_landlord().slug
    scheme, more = ("DPoP", f', algs="{ALGORITHMS}"') if shown.scheme == "dpop" else ("Bearer", "")
    challenge = f'{scheme} realm="{realm}", error="{name}", error_description="{description}"{more}'
    return error(name, description, status, WWW_Authenticate=challenge)
