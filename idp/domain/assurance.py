"""How sure we are of a person (OpenID Connect Core §2, `acr`)."""

from collections.abc import Collection

ONE_FACTOR = "1"
TWO_FACTORS = "2"
SECOND_FACTOR_AMR = ("otp", "mfa")
"""What a code adds to the way in (RFC 8176 §2): a one-time password, and more than one factor."""
MFA = "mfa"


def levels(*, second_factor: bool) -> tuple[str, ...]:
    """List the levels that people can reach, the lowest first.

    They are levels in the manner of ISO/IEC 29115: `1` for somebody who showed one factor, `2` for two.

    Args:
        second_factor: whether the landlord lets people have a second factor.
    """
    return (ONE_FACTOR, TWO_FACTORS) if second_factor else (ONE_FACTOR,)


def attainable(wanted: Collection[str], offered: Collection[str]) -> tuple[str, ...]:
    """List those of some levels that somebody can reach, where `offered` are all there are."""
    return tuple(level for level in wanted if level in offered)


def reached(amr: Collection[str]) -> tuple[str, ...]:
    """List the levels that authentication methods (RFC 8176) reach, the lowest first."""
    return levels(second_factor=MFA in amr) if amr else ()


def reaches(amr: Collection[str], wanted: Collection[str]) -> bool:
    """Tell whether a sign-in is of one of the levels that an app insists on, if it insists on any."""
    return not wanted or any(level in wanted for level in reached(amr))


def first_of(amr: Collection[str]) -> list[str]:
    """Name the first factor of a way in: what another session may begin with in which no code was shown."""
    return [way for way in amr if way not in SECOND_FACTOR_AMR]


def anew(first: Collection[str], amr: Collection[str]) -> list[str]:
    """Name the way in of somebody who showed the first factor once more, in a session that may have shown two."""
    return [*first, *(SECOND_FACTOR_AMR if MFA in amr else ())]


def acr_of(amr: Collection[str], wanted: Collection[str] = ()) -> str:
    """Name the level of a sign-in: the highest that it reaches, among those that the app insists on.

    Args:
        amr: the authentication methods.
        wanted: levels that the app insists on; what it gets must be one of them (OpenID Connect Core §5.5.1.1).
    """
    own = reached(amr)
    return next((level for level in reversed(own) if level in wanted), own[-1] if own else "0")
