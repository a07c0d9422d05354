"""Which APIs an access token is for (resource indicators, RFC 8707)."""

from collections.abc import Collection


def narrow(
    asked: tuple[str, ...], granted: tuple[str, ...], own: Collection[str], issuer: str
) -> tuple[str, ...] | None:
    """Decide whom an access token is for.

    Args:
        asked: the APIs that the token request names; none for all that were granted.
        granted: the APIs that the authorization request named; none leaves the choice to token requests.
        own: the APIs that the app may have tokens for now.
        issuer: the provider itself, whom a token without any API is for; an app may name it as well.

    Returns:
        whom, or None where a name is not among those that may be had (`invalid_target`).
    """
    within = [name for name in granted or (*own, issuer) if name in own or name == issuer]
    if asked:
        return asked if set(asked) <= set(within) else None
    if granted:
        return tuple(within) or None
    return (issuer,)
