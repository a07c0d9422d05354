"""Signs our tokens and reads them back (RFC 7515, RFC 7519, RFC 8725)."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from idp.domain import bounded_json
from idp.oidc import signing
from idp.services import keys
from idp.services.keys import AnyKey
from idp.services.work import Work
from idp.settings.client import Algorithm

TokenType = Literal[
    "JWT", "at+jwt", "userinfo+jwt", "token-introspection+jwt", "logout+jwt", "authorization-response+jwt"
]
TOKEN_LIMIT = 8192
HEADER_LIMIT = 512
CLAIMS_DEPTH = 8
MEMBERS = {"alg", "kid", "typ"}


def sign(work: Work, alg: Algorithm, typ: TokenType, claims: Mapping[str, object]) -> str:
    """Sign claims with the landlord's present key.

    Args:
        work: the transaction.
        alg: the algorithm registered for the app.
        typ: kind of token: `at+jwt` for access tokens (RFC 9068 §2.1), `JWT` for ID tokens, and so on.
        claims: what the token says.
    """
    pair = keys.signing_key(work, alg)
    return signing.compact({"alg": alg, "kid": pair.kid, "typ": typ}, claims, pair.private_key)


def verify(work: Work, token: str, typ: TokenType) -> Mapping[str, Any] | None:
    """Read a token that this landlord signed.

    The header may hold what `sign` writes and nothing else: no other algorithm than the key's own, no key inside
    or elsewhere, no extension (RFC 8725 §3). Expiry is the caller's affair.

    Returns:
        its claims, or None when it is not such a token.
    """
    if len(token) > TOKEN_LIMIT or not token.isascii():
        return None
    header = _own_header(token.partition(".")[0])
    if header is None or header.keys() != MEMBERS or header["typ"] != typ:
        return None
    pair = keys.find(work, header["kid"])
    if pair is None or header["alg"] != pair.alg:
        return None
    claims = _verified(Known(pair.kid, pair.alg, pair.key), token)
    return claims if claims is not None and claims.get("iss") == work.landlord.issuer else None


@dataclass(frozen=True, slots=True)
class Known:
    """A key of ours; one `kid` never names two."""

    kid: str
    alg: Algorithm
    key: AnyKey = field(compare=False)


@lru_cache(maxsize=2048)
def _verified(known: Known, token: str) -> Mapping[str, Any] | None:
    """Check a signature once: apps show the same token many times, and its signature stays what it is."""
    try:
        return MappingProxyType(jwt.decode(token, known.key, algorithms=[known.alg]).claims)
    except (JoseError, ValueError):
        return None


@lru_cache(maxsize=256)
def _own_header(encoded: str) -> Mapping[str, object] | None:
    """Read a header of ours once: there are few, and in a flat one there is nothing that somebody could change."""
    header = header_of(encoded)
    return None if header is None else MappingProxyType(header)


def header_of(token: str, *, limit: int = HEADER_LIMIT, depth: int = 1) -> dict[str, object] | None:
    """Read a token's header, of which nothing is believed yet; None when it is no token of a reasonable size."""
    encoded = token.partition(".")[0]
    if len(token) > TOKEN_LIMIT or len(encoded) > limit or not token.isascii():
        return None
    try:
        text = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
        header = bounded_json.parse(text, max_length=limit, max_depth=depth)
    except ValueError:
        return None
    return header if isinstance(header, dict) else None


def kind_of(header: Mapping[str, object]) -> str | None:
    """Name the kind of a foreign token: a media type in any case, `application/` or not (RFC 7515 §4.1.9)."""
    typ = header.get("typ")
    if typ is None:
        return None
    return typ.lower().removeprefix("application/") if isinstance(typ, str) else ""


def unverified(token: str) -> Mapping[str, Any]:
    """Read what a foreign token says, only to know whose key to check it with."""
    encoded = token.split(".")[1] if token.count(".") == 2 and len(token) <= TOKEN_LIMIT and token.isascii() else ""
    try:
        text = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
        claims = bounded_json.parse(text, max_length=TOKEN_LIMIT, max_depth=CLAIMS_DEPTH)
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def read_foreign(token: str, key: AnyKey, alg: str, *, header_limit: int = HEADER_LIMIT) -> Mapping[str, Any] | None:
    """Read a token that somebody else signed with a key of theirs.

    Args:
        token: the token, whose header was looked at.
        key: the key it is to be signed with.
        alg: the only algorithm it may be signed with, which fits the key.
        header_limit: how long its header may be.

    Returns:
        its claims, or None when it is not such a token, or is bound to extensions nobody here knows.
    """
    registry = JWSRegistry(algorithms=[alg])
    registry.max_header_length = header_limit
    try:
        signed = jws.deserialize_compact(token, key, algorithms=[alg], registry=registry)
        claims = bounded_json.parse(signed.payload.decode(), max_length=TOKEN_LIMIT, max_depth=CLAIMS_DEPTH)
    except (JoseError, ValueError):
        return None
    return claims if isinstance(claims, dict) else None
