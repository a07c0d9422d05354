"""Devices without a keyboard that a person connects with another one (RFC 8628)."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowel, so that no word comes about, and nothing that reads like something else (§6.1)."""
LENGTH = 8
SLOWER = timedelta(seconds=5)
CODE = re.compile(f"[{LETTERS}]{{{LENGTH}}}")
BETWEEN = re.compile(r"[\s.\-‐-―]+")


class Verdict(StrEnum):
    """What a device that polls is told (§3.5)."""

    PENDING = "pending"
    TOO_FAST = "too_fast"
    """It polls faster than it was told, and is to wait longer from now on."""
    REFUSED = "refused"
    EXPIRED = "expired"
    ALLOWED = "allowed"
    USED = "used"
    """It has had its tokens."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What is known of a request when its device polls.

    Attributes:
        expires_at: when nobody can answer it any more.
        interval: least time between two polls.
        polled_at: the poll before, if there was one.
        allowed: whether the person allowed it.
        refused: whether the person refused it.
        used: whether the device has had its tokens.
    """

    expires_at: datetime
    interval: timedelta
    polled_at: datetime | None
    allowed: bool
    refused: bool
    used: bool


def judge(request: Polled, now: datetime) -> Verdict:
    """Judge a poll.

    Args:
        request: what is known of the request.
        now: the instant of the poll.
    """
    if request.used:
        return Verdict.USED
    if now >= request.expires_at:
        return Verdict.EXPIRED
    if request.refused:
        return Verdict.REFUSED
    if request.allowed:
        return Verdict.ALLOWED
    if request.polled_at is not None and now - request.polled_at < request.interval:
        return Verdict.TOO_FAST
    return Verdict.PENDING


def canonical(typed: str) -> str | None:
    """Read a code as people type it, in small letters or large ones, with or without dash and spaces.

    Returns:
        its eight letters, or None where it cannot be one.
    """
    letters = BETWEEN.sub("", typed).upper()
    return letters if CODE.fullmatch(letters) else None


def in_two_parts(code: str) -> str:
    """Write a code as the device shows it: `WDJB-MJHT`."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"
