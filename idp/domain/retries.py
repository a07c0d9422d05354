"""When a mail that could not be handed over is tried again."""

from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


def pause_after(attempts: int) -> timedelta:
    """Choose the pause after so many failed tries: twice the one before, up to an hour.

    Args:
        attempts: failed tries so far, at least 1.

    Returns:
        how long to wait.
    """
    doublings = min(attempts - 1, (LONGEST_PAUSE // FIRST_PAUSE).bit_length())
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def next_try(attempts: int, queued_at: datetime, now: datetime, retry_for: timedelta) -> datetime | None:
    """Say when to try again.

    Args:
        attempts: failed tries so far, at least 1.
        queued_at: when the mail was queued.
        now: the instant of the last failure.
        retry_for: for how long after queueing to try.

    Returns:
        the instant of the next try, the last one falling on the end of that time; None when it is over.
    """
    end = queued_at + retry_for
    return min(now + pause_after(attempts), end) if now < end else None
