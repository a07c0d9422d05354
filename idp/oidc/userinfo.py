"""The userinfo endpoint (OpenID Connect Core §5.3, RFC 6750, RFC 9449 §7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from idp.domain import claims
from idp.oidc import access_tokens, dpop, jose, parameters
from idp.oidc.authorization_checks import Refusal
from idp.oidc.parameters import Malformed
from idp.services import apps, grants, persons
from idp.services.work import Work
from idp.settings import key_sets
from idp.settings.client import Client
from idp.web.asked import Answer, Asked, error, told
from idp.web.stance import stance

ALGORITHMS = " ".join(key_sets.ALGORITHMS)


@dataclass(frozen=True, slots=True)
class Shown:
    """An access token and how it is shown: `bearer`, or `dpop` with a proof of the key it is bound to."""

    scheme: Literal["bearer", "dpop"]
    token: str


@stance("protocol", csrf=False, browser=False, routine=True)
def userinfo(request: Asked) -> Answer:
    """Tell an app what its access token lets it know about the person."""
    shown = _shown(request)
    if isinstance(shown, Answer):
        return shown
    work = request.work
    claimed = jose.verify(work, shown.token, "at+jwt")
    issuer, now = work.landlord.issuer, work.now.timestamp()
    if claimed is None or not access_tokens.is_for(claimed, issuer) or claimed["exp"] <= now:
        return _refuse(request, shown, "invalid_token", "the access token is not valid here, or has expired")
    if "gid" not in claimed:
        return _refuse(request, shown, "insufficient_scope", "the access token is in nobody's name", 403)
    row = grants.find_person(work, claimed["gid"])
    client = apps.find(work, claimed["client_id"])
    if row is None or client is None or access_tokens.is_given_back(work, claimed):
        return _refuse(request, shown, "invalid_token", "the access token was revoked")
    unfit = _key_fault(request, shown, client, claimed.get("cnf"))
    if unfit is not None:
        return unfit
    scope = set(claimed["scope"].split()) & set(client.scopes)
    if "openid" not in scope:
        return _refuse(request, shown, "insufficient_scope", "userinfo needs the scope openid", 403)
    asked = () if "act" in claimed else row.claims.get("userinfo", ())
    names = claims.names_of(scope) | (set(asked) & claims.names_of(client.scopes))
    members = {**persons.claims_of(work, row.account_id, names, row), "sub": claimed["sub"]}
    return told(members) if client.userinfo_signed_response_alg is None else _signed(work, client, members)


def _key_fault(request: Asked, shown: Shown, client: Client, bound: Mapping[str, str] | None) -> Answer | None:
    """Hold a bound token to its key, and any other to the scheme it was given for (RFC 9449 §7.1 and §7.2)."""
    if bound is None:
        fits = shown.scheme == "bearer"
        return None if fits else _refuse(request, shown, "invalid_token", "the access token is bound to no key")
    if shown.scheme == "bearer":
        return _refuse(
            request, Shown("dpop", shown.token), "invalid_token", "the access token is bound to a key: use DPoP"
        )
    key = dpop.prove(request, client, shown.token)
    if isinstance(key, Refusal):
        return _refuse(request, shown, key.error, key.description)
    if key is None:
        return _refuse(request, shown, dpop.INVALID, "the DPoP header is missing")
    return (
        None
        if key == bound["jkt"]
        else _refuse(request, shown, "invalid_token", "the access token is bound to another key")
    )


def _signed(work: Work, client: Client, members: dict[str, object]) -> Answer:
    """Sign the answer for the app that asked (OpenID Connect Core §5.3.2), as a kind that passes for no token."""
    alg = client.userinfo_signed_response_alg
    assert alg is not None
    claimed = {**members, "iss": work.landlord.issuer, "aud": client.client_id}
    signed = jose.sign(work, alg, "userinfo+jwt", claimed)
    return Answer(HTTPStatus.OK, signed.encode(), (("Content-Type", "application/jwt"),))


def _shown(request: Asked) -> Shown | Answer:
    """Find the access token: in the header or in a form, in one of them only, never in the query (RFC 6750 §2)."""
    scheme, _, header = (request.header("Authorization") or "").partition(" ")
    body = None
    if request.method == "POST" and request.mimetype == parameters.FORM:
        form = parameters.from_body(request)
        if isinstance(form, Malformed):
            return _refuse(request, Shown("bearer", ""), "invalid_request", form.why, 400)
        body = form.get("access_token")
    if body is not None and scheme:
        return _refuse(request, Shown("bearer", ""), "invalid_request", "the access token is there in two ways", 400)
    if body is not None:
        return Shown("bearer", body)
    match scheme.lower():
        case ("bearer" | "dpop") as known if header:
            return Shown(known, header.strip())
    realm = request.landlord.slug
    ways = (f'Bearer realm="{realm}"', f'DPoP realm="{realm}", algs="{ALGORITHMS}"')
    return Answer(HTTPStatus.UNAUTHORIZED, b"", tuple(("WWW-Authenticate", way) for way in ways))


def _refuse(request: Asked, shown: Shown, name: str, description: str, status: int = 401) -> Answer:
    realm = request.landlord.slug
    scheme, more = ("DPoP", f', algs="{ALGORITHMS}"') if shown.scheme == "dpop" else ("Bearer", "")
    challenge = f'{scheme} realm="{realm}", error="{name}", error_description="{description}"{more}'
    return error(name, description, status, ("WWW-Authenticate", challenge))
