"""How sure we are of a person (OpenID Connect Core §2, `acr`)."""

from collections.abc import Collection

ONE_FACTOR = "1"
ACR_VALUES = (ONE_FACTOR,)
"""Levels in the manner of ISO/IEC 29115: `1` for somebody who showed one factor."""


def acr_of(amr: Collection[str]) -> str:
    """Name the level that authentication methods (RFC 8176) reach."""
    return ONE_FACTOR if amr else "0"
