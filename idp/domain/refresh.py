"""Whether a refresh token that is presented is good, repeated, stolen or over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Verdict(StrEnum):
    """What to do with a presented refresh token."""

    FRESH = "fresh"
    """Use it up and give its successor."""
    RETRY = "retry"
    """Its answer was lost on the way: give the same successor again."""
    REPLAYED = "replayed"
    """Two parties hold the family: revoke it (RFC 9700 §4.14.2)."""
    EXPIRED = "expired"
    """It lay unused for too long."""
    REVOKED = "revoked"
    """Its family was revoked or is over."""


@dataclass(frozen=True, slots=True)
class Presented:
    """What is known of a presented token.

    Attributes:
        expires_at: when it expires unused.
        used_at: when it was first used, if it was.
        successor_used: whether the token that replaced it was used, so that its answer did arrive.
        family_lives: whether its grant is neither revoked nor over.
    """

    expires_at: datetime
    used_at: datetime | None
    successor_used: bool
    family_lives: bool


def judge(token: Presented, now: datetime, grace: timedelta) -> Verdict:
    """Judge a presented refresh token.

    Args:
        token: what is known of it.
        now: the instant it is presented.
        grace: how long after its first use a repetition is a retry; zero for never.
    """
    if not token.family_lives:
        return Verdict.REVOKED
    if token.used_at is None:
        return Verdict.FRESH if now < token.expires_at else Verdict.EXPIRED
    if now - token.used_at < grace and not token.successor_used:
        return Verdict.RETRY
    return Verdict.REPLAYED
