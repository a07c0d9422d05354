"""Signs our tokens and reads them back (RFC 7515, RFC 7519, RFC 8725)."""

import base64
from collections.abc import Mapping
from typing import Any, Literal

from joserfc import jwt
from joserfc.errors import JoseError

from idp.domain import bounded_json
from idp.services import keys
from idp.services.work import Work
from idp.settings.client import Algorithm

TokenType = Literal["JWT", "at+jwt", "token-introspection+jwt", "logout+jwt"]
TOKEN_LIMIT = 8192
HEADER_LIMIT = 512
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
    return jwt.encode({"alg": alg, "kid": pair.kid, "typ": typ}, dict(claims), pair.key, algorithms=[alg])


def verify(work: Work, token: str, typ: TokenType) -> Mapping[str, Any] | None:
    """Read a token that this landlord signed.

    The header may hold what `sign` writes and nothing else: no other algorithm than the key's own, no key inside
    or elsewhere, no extension (RFC 8725 §3). Expiry is the caller's affair.

    Returns:
        its claims, or None when it is not such a token.
    """
    header = _header(token)
    if header is None or header.keys() != MEMBERS or header["typ"] != typ:
        return None
    pair = keys.find(work, header["kid"])
    if pair is None or header["alg"] != pair.alg:
        return None
    try:
        claims = jwt.decode(token, pair.key, algorithms=[pair.alg]).claims
    except (JoseError, ValueError):
        return None
    return claims if claims.get("iss") == work.landlord.issuer else None


def _header(token: str) -> dict[str, object] | None:
    encoded = token.partition(".")[0]
    if len(token) > TOKEN_LIMIT or len(encoded) > HEADER_LIMIT or not token.isascii():
        return None
    try:
        text = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
        header = bounded_json.parse(text, max_length=HEADER_LIMIT, max_depth=1)
    except ValueError:
        return None
    return header if isinstance(header, dict) else None
