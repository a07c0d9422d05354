"""How sure we are of a person (OpenID Connect Core §2, `acr`)."""

from collections.abc import Collection

ONE_FACTOR = "1"
ACR_VALUES = (ONE_FACTOR,)
"""Levels in the manner of ISO/IEC 29115: `1` for somebody who showed one factor."""


def attainable(wanted: Collection[str]) -> tuple[str, ...]:
    """List those of some levels that somebody can reach here."""
    return tuple(level for level in wanted if level in ACR_VALUES)


def reaches(amr: Collection[str], wanted: Collection[str]) -> bool:
    """Tell whether a sign-in is of one of the levels that an app insists on, if it insists on any."""
    return not wanted or acr_of(amr) in wanted


def acr_of(amr: Collection[str]) -> str:
    """Name the level that authentication methods (RFC 8176) reach."""
    return ONE_FACTOR if amr else "0"
