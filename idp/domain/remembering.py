"""Whether the token of a remembered browser is good, repeated, stolen or over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(seconds=60)
"""Two tabs that return at once show the same token; the second one is no theft."""


class Verdict(StrEnum):
    """What to do with a token that a browser shows."""

    FRESH = "fresh"
    """It is the newest: a session, and its successor."""
    RETRY = "retry"
    """Another tab was faster: the same session, and the same successor."""
    STOLEN = "stolen"
    """An older one: somebody has a copy."""
    OVER = "over"
    """The series has ended."""


@dataclass(frozen=True, slots=True)
class Series:
    """What is known of the series.

    Attributes:
        token: digest of the newest token.
        former: digest of the one before.
        rotated_at: when the newest took its place.
        expires_at: when the series is over.
        ended: whether it ended before.
    """

    token: str
    former: str | None
    rotated_at: datetime
    expires_at: datetime
    ended: bool


def judge(series: Series, shown: str, now: datetime) -> Verdict:
    """Judge a token by its digest.

    Args:
        series: what is known of its series.
        shown: digest of the token.
        now: the instant it is shown.
    """
    if series.ended or now >= series.expires_at:
        return Verdict.OVER
    if shown == series.token:
        return Verdict.FRESH
    if shown == series.former and now - series.rotated_at < GRACE:
        return Verdict.RETRY
    return Verdict.STOLEN
