"""Authorization requests that apps sign (JAR: RFC 9101, OpenID Connect Core §6.1)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from idp.oidc import jose, parameters
from idp.oidc.authorization_checks import Refusal
from idp.oidc.client_assertions import instant
from idp.oidc.parameters import Malformed, Parameters
from idp.services.client_keys import ClientKeys
from idp.services.work import Work
from idp.settings.client import Client

KINDS = (None, "jwt", "oauth-authz-req+jwt")
LONGEST = timedelta(minutes=60)
FAST_CLOCK = timedelta(seconds=30)
NESTED = {"request", "request_uri"}


def opened(work: Work, keys: ClientKeys, request: Parameters, client: Client) -> Parameters | Refusal:
    """Open the request object of a request, where there is one.

    What it says is the whole request: nothing that stands beside it counts (RFC 9101 §6.3). A reference beside it
    would be another whole request (§5).

    Args:
        work: the transaction.
        keys: the keys of all apps.
        request: the parameters.
        client: the app.

    Returns:
        the parameters that count, or why the request cannot be taken.
    """
    token = request.get("request")
    if token is not None and "request_uri" in request:
        return Refusal("invalid_request", "request and request_uri do not go together")
    if token is None:
        if client.require_signed_request_object:
            return Refusal("invalid_request", "this app must sign its requests")
        return request
    if client.jwks is None:
        return Refusal("request_not_supported", "this app has no keys to check a request object with")
    claims = _signed(work, keys, token, client)
    if claims is None:
        return _refuse("it is not signed with a key of this app")
    if not _is_for_us(work, client, claims):
        return _refuse("iss, aud, client_id, exp or nbf is not as it must be")
    if NESTED & claims.keys():
        return _refuse("it holds another request")
    inner = parameters.from_claims(claims)
    return _refuse(inner.why) if isinstance(inner, Malformed) else inner


def _signed(work: Work, keys: ClientKeys, token: str, client: Client) -> Mapping[str, Any] | None:
    """Check the signature by a public key of the app: what is unsigned, or signed by a shared secret, has none."""
    header = jose.header_of(token)
    if header is None or jose.kind_of(header) not in KINDS:
        return None
    found = keys.find(work.landlord.slug, client, header.get("kid"), work.now)
    alg = header.get("alg")
    if found is None or not isinstance(alg, str) or alg not in found.algorithms or not client.may_sign_with(alg):
        return None
    return jose.read_foreign(token, found.key, alg)


def _is_for_us(work: Work, client: Client, claims: Mapping[str, Any]) -> bool:
    """Check who signed it, for whom and for how long; `sub` would make it an assertion (RFC 9101 §10.8)."""
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if not (claims.get("iss") == claims.get("client_id") == client.client_id and work.landlord.issuer in named):
        return False
    exp = instant(claims.get("exp"))
    if "sub" in claims or exp is None or not work.now < exp <= work.now + LONGEST:
        return False
    if client.signs_messages and "nbf" not in claims:
        return False
    begins = instant(claims["nbf"]) if "nbf" in claims else work.now
    if begins is None or (client.signs_messages and exp > begins + LONGEST):
        return False  # FAPI 2.0 Message Signing §5.3.1
    return work.now - LONGEST <= begins <= work.now + FAST_CLOCK


def _refuse(why: str) -> Refusal:
    return Refusal("invalid_request_object", f"the request object cannot be taken: {why}")
