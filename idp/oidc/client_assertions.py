"""Apps that show who they are by a signature (`private_key_jwt`: OpenID Connect Core §9, RFC 7523 §3)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from idp.oidc import jose
from idp.oidc.parameters import Parameters
from idp.services import used_once
from idp.services.client_keys import ClientKeys
from idp.services.work import Work
from idp.settings.client import Client
from idp.web.asked import Asked
from idp.web.runtime import EXTENSION, Runtime

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KINDS = (None, "jwt", "client-authentication+jwt")
LONGEST = timedelta(minutes=5)
FAST_CLOCK = timedelta(seconds=30)
JTI_LIMIT = 300
KEYS = "loge.client_keys"


def init(app: Flask) -> None:
    """Read the apps' keys once.

    Raises:
        NotReadyError: when a file with keys cannot be used.
    """
    runtime: Runtime = app.extensions[EXTENSION]
    app.extensions[KEYS] = ClientKeys(runtime.settings)


def proves(request: Asked, parameters: Parameters, client: Client) -> bool:
    """Tell whether an assertion is this app's own, for this landlord, and shown for the first time.

    Nothing is asked of the database before the signature is known to be good, and no key is looked up but the app's.

    Args:
        request: the request.
        parameters: those of its body.
        client: the app that it claims to be, registered for this way of showing it.
    """
    token = parameters.get("client_assertion", "")
    header = jose.header_of(token)
    if parameters.get("client_assertion_type") != TYPE or header is None or jose.kind_of(header) not in KINDS:
        return False
    alg, asked = header.get("alg"), request.work
    keys: ClientKeys = request.kept[KEYS]
    found = keys.find(asked.landlord.slug, client, header.get("kid"), asked.now)
    if found is None or not isinstance(alg, str) or alg not in found.algorithms or not client.may_sign_with(alg):
        return False
    claims = jose.read_foreign(token, found.key, alg)
    return claims is not None and _holds(asked, client, claims)


def named(parameters: Parameters) -> str:
    """Tell which app an assertion claims to be of; of this nothing is believed yet."""
    claims = jose.unverified(parameters.get("client_assertion", ""))
    name = claims.get("sub")
    claimed = name if isinstance(name, str) else ""
    return claimed if parameters.get("client_id", claimed) == claimed else ""


def _holds(work: Work, client: Client, claims: Mapping[str, Any]) -> bool:
    """Check what an assertion says; the issuer alone is its audience, as a single string."""
    if not (claims.get("iss") == claims.get("sub") == client.client_id and claims.get("aud") == work.landlord.issuer):
        return False
    exp, jti = instant(claims.get("exp")), claims.get("jti")
    if exp is None or not work.now < exp <= work.now + LONGEST:
        return False
    for name in ("nbf", "iat"):
        begins = instant(claims[name]) if name in claims else work.now
        if begins is None or begins > work.now + FAST_CLOCK:
            return False
    if not isinstance(jti, str) or not 0 < len(jti) <= JTI_LIMIT:
        return False
    return used_once.claim(work, "client assertion", client.client_id, jti, exp)


def instant(value: object) -> datetime | None:
    """Read an instant as tokens write it (RFC 7519 §2, NumericDate)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
