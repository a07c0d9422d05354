"""What apps of different sectors know a person as (OpenID Connect Core §8.1)."""

import base64
import hmac


def pairwise(salt: bytes, kind: str, sector: str, value: str) -> str:
    """Derive a name that tells nothing to whoever knows the same person's name in another sector.

    Args:
        salt: secret of the landlord, which never changes.
        kind: what is named, such as `sub`.
        sector: whose apps share the name; a host, so that no zero byte is in it.
        value: the name that everybody else knows.

    Returns:
        43 base64url characters (HMAC-SHA-256), always the same ones.
    """
    digest = hmac.digest(salt, "\0".join((kind, sector, value)).encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
