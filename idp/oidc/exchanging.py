"""What a token exchange ends in (RFC 8693 §2.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What the token endpoint answers with."""

    members: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NotExchanged:
    """Why not: the registered error, and words for the app's developer."""

    error: str
    why: str
