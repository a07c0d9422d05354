"""Proof Key for Code Exchange (RFC 7636), S256 only."""

import base64
import hashlib
import hmac
import re

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def proves(verifier: str | None, challenge: str | None) -> bool:
    """Tell whether a verifier answers a challenge (RFC 7636 §4.6).

    Args:
        verifier: what the token request brought, None where it brought none.
        challenge: what the authorization request brought, None where it brought none.

    Returns:
        True for a match, and where there is neither; a verifier without a challenge is a downgrade and refused.
    """
    if challenge is None or verifier is None:
        return challenge is None and verifier is None
    if not VERIFIER.fullmatch(verifier):
        return False
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")
    return hmac.compare_digest(hashed, challenge)
