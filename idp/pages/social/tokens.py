"""Tokens that another provider signed: ID tokens and signed answers about a person."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from idp.domain import bounded_json
from idp.pages.social.conversation import Conversation
from idp.services.fetching import Patience

LIMIT = 16 * 1024
HEADER_LIMIT = 1024
DEPTH = 8
LEEWAY = 30
OLDEST = 600
NEVER = 10**11


class DoubtError(Exception):
    """A provider's answer is not believed; the reason is for the administrator."""


def read_id_token(talk: Conversation, token: str, access_token: str, patience: Patience) -> Mapping[str, Any]:
    """Check an ID token (OpenID Connect Core §3.1.3.7), and read it.

    Args:
        talk: the sign-in it belongs to.
        token: as it came from the token endpoint.
        access_token: as it came beside it.
        patience: what is left of the time, to fetch a key.

    Raises:
        NotFetchedError: when the provider's keys cannot be read.
        DoubtError: when it is not such a token.
    """
    header, claims = _verified(talk, token, patience)
    known, client_id = talk.upstream.known, talk.upstream.settings.client_id
    instant = int(talk.now.timestamp())
    options: Any = {"iss": {"essential": True, "value": known.issuer}, "aud": {"essential": True, "value": client_id}}
    params = {"client_id": client_id, "access_token": access_token}
    if known.nonce:
        params["nonce"] = talk.secrets.nonce
    _check_shape(claims, instant)
    try:
        CodeIDToken(dict(claims), dict(header), options, params).validate(instant, LEEWAY)
    except (JoseError, ValueError, TypeError) as error:
        raise DoubtError(f"the ID token: {_why(error)}") from None
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and "azp" not in claims:
        raise DoubtError("the ID token: it is for others too")
    return claims


def read_signed(talk: Conversation, token: str, patience: Patience) -> Mapping[str, Any]:
    """Check a signed answer about a person (OpenID Connect Core §5.3.2), and read it; see `read_id_token`."""
    _, claims = _verified(talk, token, patience)
    if claims.get("iss") != talk.upstream.known.issuer:
        raise DoubtError("userinfo: another issuer")
    if claims.get("aud") not in (talk.upstream.settings.client_id, [talk.upstream.settings.client_id]):
        raise DoubtError("userinfo: for another app")
    expiry = claims.get("exp")
    if expiry is not None and not _is_after(expiry, talk.now):
        raise DoubtError("userinfo: too old")
    return claims


def _verified(talk: Conversation, token: str, patience: Patience) -> tuple[Mapping[str, Any], dict[str, Any]]:
    header = _header_of(token)
    alg, found = header.get("alg"), None
    if alg not in talk.upstream.known.algorithms or "crit" in header:
        raise DoubtError("the token is not signed as it should be")
    found = talk.upstreams.key(talk.upstream, header.get("kid"), talk.now, patience)
    if found is None or alg not in found.algorithms:
        raise DoubtError("the token is signed with an unknown key")
    registry = JWSRegistry(algorithms=[str(alg)])
    registry.max_header_length = HEADER_LIMIT
    try:
        signed = jws.deserialize_compact(token, found.key, algorithms=[str(alg)], registry=registry)
        claims = bounded_json.parse(signed.payload.decode(), max_length=LIMIT, max_depth=DEPTH, unique=True)
    except (JoseError, ValueError):
        raise DoubtError("the token is not signed by the provider") from None
    if not isinstance(claims, dict):
        raise DoubtError("the token says nothing")
    return header, claims


def _header_of(token: str) -> Mapping[str, Any]:
    encoded = token.partition(".")[0]
    if len(token) > LIMIT or token.count(".") != 2:
        raise DoubtError("there is no token of a reasonable size")
    try:
        text = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
        header = bounded_json.parse(text, max_length=HEADER_LIMIT, max_depth=2, unique=True)
    except ValueError:
        raise DoubtError("the token has no header") from None
    if not isinstance(header, dict):
        raise DoubtError("the token has no header")
    return header


def _check_shape(claims: Mapping[str, Any], instant: int) -> None:
    """Check what Authlib leaves open: who is meant, and when, must be texts and numbers of the right kind."""
    if not isinstance(claims.get("sub"), str) or not isinstance(claims.get("iss"), str):
        raise DoubtError("the ID token: iss or sub is no text")
    aud = claims.get("aud")
    if not isinstance(aud, str) and not (isinstance(aud, list) and all(isinstance(one, str) for one in aud)):
        raise DoubtError("the ID token: aud is no text")
    for name in ("exp", "iat", "auth_time"):
        if not _is_instant(claims.get(name)) and (name in claims or name != "auth_time"):
            raise DoubtError(f"the ID token: {name} is no instant")
    if claims["iat"] < instant - OLDEST:
        raise DoubtError("the ID token: it is an old one")


def _is_instant(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < NEVER


def _is_after(value: object, now: datetime) -> bool:
    return isinstance(value, int | float) and _is_instant(value) and value > now.timestamp() - LEEWAY


def _why(error: Exception) -> str:
    return getattr(error, "claim", None) or type(error).__name__
