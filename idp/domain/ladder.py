"""What wrong tries lead to: open, or closed for a while."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol


class Tries(Protocol):
    """So many wrong tries close the way for so long (`[ladder]` of a landlord)."""

    @property
    def tries(self) -> int:
        """Wrong tries in a row that close it."""

    @property
    def window(self) -> timedelta:
        """Time after which earlier wrong tries are forgotten."""

    @property
    def closed_for(self) -> timedelta:
        """How long it stays closed."""

    @property
    def lifetime(self) -> int:
        """Wrong tries since the last success that close it without a timer; 0 for never."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of the program's own, where no landlord chooses; see `Tries`."""

    tries: int
    window: timedelta
    closed_for: timedelta
    lifetime: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """The wrong tries of one subject so far.

    Attributes:
        count: in a row, within the window.
        total: since the last success.
        window_started_at: when the first of the row was made.
        closed_until: when the way opens again, if it was closed.
    """

    count: int
    total: int
    window_started_at: datetime
    closed_until: datetime | None = None


def fresh(now: datetime) -> Count:
    """Return the count of a subject that never failed."""
    return Count(0, 0, now)


def closed(count: Count, rule: Tries, now: datetime) -> bool:
    """Tell whether the way is closed at this instant."""
    worn_out = 0 < rule.lifetime <= count.total
    return worn_out or (count.closed_until is not None and now < _clipped(count.closed_until, rule, now))


def after_try(count: Count, rule: Tries, now: datetime) -> Count:
    """Count one more try, before anybody knows whether it is wrong.

    Args:
        count: the count before; its way must be open.
        rule: the landlord's numbers.
        now: the instant of the try.

    Returns:
        the count after; the last allowed try closes the way at once, so that tries made at the same time
        cannot outrun it. A success takes it all back.
    """
    row_is_over = count.closed_until is not None or now - count.window_started_at >= rule.window
    row, since = (0, now) if row_is_over else (count.count, count.window_started_at)
    until = now + rule.closed_for if row + 1 >= rule.tries else None
    return Count(row + 1, count.total + 1, since, until)


def in_a_row(count: Count, rule: Tries, now: datetime) -> int:
    """Tell how many wrong tries in a row still count at this instant."""
    return count.count if now - count.window_started_at < rule.window else 0


def taken_back(count: Count, rule: Tries) -> Count:
    """Take back one try that turned out right, and the closing it may have caused; others stay counted."""
    row = max(count.count - 1, 0)
    until = count.closed_until if row >= rule.tries else None
    return replace(count, count=row, total=max(count.total - 1, 0), closed_until=until)


def _clipped(until: datetime, rule: Tries, now: datetime) -> datetime:
    """Bound a closing by its length, so that a clock set back cannot lengthen it."""
    return min(until, now + rule.closed_for)
