"""Where an app may have its answers sent."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::[0-9]{1,5})?(/.*)?")

ANSWER = frozenset(("code", "state", "iss", "error", "error_description", "error_uri", "response"))
"""What answers hold: each name once (RFC 6749 §3.1)."""


class RedirectFaultError(ValueError):
    """An address that answers cannot be sent to."""


def is_registered(uri: str, registered: Collection[str], *, native: bool) -> bool:
    """Tell whether an answer may go to a URI.

    Args:
        uri: what the request names.
        registered: the app's redirect URIs.
        native: whether it is an app on a device, which cannot know its loopback port before (RFC 8252 §7.3).

    Returns:
        True for an exact copy of a registered URI (RFC 9700 §2.1), ports of a native app's loopback aside.
    """
    if uri in registered:
        return True
    asked = LOOPBACK.fullmatch(uri) if native else None
    return asked is not None and any(
        known is not None and known.groups() == asked.groups() for known in map(LOOPBACK.fullmatch, registered)
    )


def fault_of(uri: str) -> str | None:
    """Say why no answer can be sent to a URI, whatever its scheme and host; None where it can."""
    parts = urlsplit(uri)
    if parts.fragment or parts.username or parts.password or "*" in uri:
        return "no fragment, no user and no wildcard in a redirect URI"
    names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return "its query holds a name that answers hold" if names & ANSWER else None


def over_plain_http(uris: Iterable[str], *, native: bool) -> list[str]:
    """List the addresses to which a code would travel unprotected; on the loopback a native app has no other way.

    Args:
        uris: redirect URIs.
        native: whether it is an app on a device (RFC 8252 §7.3).

    Returns:
        those that only a demonstration may have (RFC 9700 §2.6).
    """
    return [] if native else [uri for uri in uris if uri.startswith("http://")]


def with_query(uri: str, parameters: Mapping[str, str] | Sequence[tuple[str, str]]) -> str:
    """Add parameters to the query of a registered URI, whose own query stays (RFC 6749 §3.1.2)."""
    if not parameters:
        return uri
    joint = "&" if urlsplit(uri).query else "?"
    return f"{uri}{joint}{urlencode(parameters, quote_via=quote)}"
