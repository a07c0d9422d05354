"""Proofs that an app holds a key (DPoP, RFC 9449): what they say, compared with the request they come with."""

import base64
import hashlib
import re
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

GOOD_FOR = timedelta(minutes=5)
"""How old a proof may be, for apps on devices whose clock is slow."""
FAST_CLOCK = timedelta(seconds=30)
"""How far ahead the clock may be that a proof was made by."""
NONCE_PERIOD = timedelta(minutes=5)
THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")
ADDRESS = re.compile(r"[!-~]{1,2048}")
ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
PORTS = {"https": 443, "http": 80}


def is_same_address(claimed: object, address: str) -> bool:
    """Tell whether a proof names the address it is sent to, whatever query and fragment it names beside it.

    Both are brought to one spelling first: small letters in scheme and host, no default port, no needless escapes
    (RFC 9449 §4.3, RFC 3986 §6.2.2 and §6.2.3).

    Args:
        claimed: `htu` of the proof.
        address: the endpoint's address, as the metadata name it.
    """
    if not isinstance(claimed, str) or not ADDRESS.fullmatch(claimed):
        return False
    spelled = _spelled(claimed)
    return spelled is not None and spelled == _spelled(address)


def is_recent(made_at: datetime, now: datetime) -> bool:
    """Tell whether a proof was made just now (RFC 9449 §11.1).

    Args:
        made_at: `iat` of the proof.
        now: the instant it is shown.
    """
    return now - GOOD_FOR <= made_at <= now + FAST_CLOCK


def hash_of(access_token: str) -> str:
    """Hash an access token as `ath` names it: SHA-256 as 43 base64url characters (RFC 9449 §4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()).decode().rstrip("=")


def nonce_periods(now: datetime) -> tuple[int, int]:
    """Number the period whose nonce is given out now, and the one before, whose nonce is still taken."""
    present = int(now.timestamp() // NONCE_PERIOD.total_seconds())
    return present, present - 1


def _spelled(address: str) -> tuple[str, str, int | None, str] | None:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or parts.username is not None:
        return None
    path = ESCAPE.sub(_unescaped, parts.path) or "/"
    return parts.scheme, parts.hostname, PORTS.get(parts.scheme) if port is None else port, path


def _unescaped(escape: re.Match[str]) -> str:
    letter = unquote(escape[0], encoding="latin-1")
    return letter if UNRESERVED.fullmatch(letter) else escape[0].upper()
