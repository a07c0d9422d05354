from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.ladder import after_try, closed, fresh, in_a_row, taken_back

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Numbers:
    tries: int = 3
    window: timedelta = timedelta(minutes=10)
    closed_for: timedelta = timedelta(minutes=10)
    lifetime: int = 0


def test_the_third_try_in_a_row_closes_for_ten_minutes() -> None:
    count, rule = fresh(NOON), Numbers()
    for _ in range(3):
        assert not closed(count, rule, NOON)
        count = after_try(count, rule, NOON)
    assert closed(count, rule, NOON)
    assert closed(count, rule, NOON + timedelta(minutes=9, seconds=59))
    assert not closed(count, rule, NOON + timedelta(minutes=10))


def test_after_the_closing_there_are_three_tries_again() -> None:
    count, rule = fresh(NOON), Numbers()
    for _ in range(3):
        count = after_try(count, rule, NOON)
    later = NOON + timedelta(minutes=10)
    count = after_try(after_try(count, rule, later), rule, later)
    assert not closed(count, rule, later)
    assert closed(after_try(count, rule, later), rule, later)


def test_old_tries_are_forgotten_after_the_window() -> None:
    rule = Numbers()
    count = after_try(after_try(fresh(NOON), rule, NOON), rule, NOON)
    later = NOON + timedelta(minutes=10)
    assert not closed(after_try(count, rule, later), rule, later)


def test_a_right_try_reopens_what_it_closed_and_leaves_the_others_counted() -> None:
    rule = Numbers()
    count = fresh(NOON)
    for _ in range(3):
        count = after_try(count, rule, NOON)
    count = taken_back(count, rule)
    assert not closed(count, rule, NOON)
    assert count.count == 2
    assert closed(after_try(count, rule, NOON), rule, NOON)


def test_a_worn_out_subject_stays_closed_whatever_the_clock_says() -> None:
    rule = Numbers(lifetime=5)
    count, now = fresh(NOON), NOON
    for _ in range(5):
        assert not closed(count, rule, now)
        count = after_try(count, rule, now)
        now += timedelta(hours=1)
    assert closed(count, rule, now + timedelta(days=365))


@given(
    tries=st.integers(1, 6),
    steps=st.lists(st.integers(0, 1500), max_size=60),
)
def test_no_rhythm_gets_more_tries_than_the_ladder_gives(tries: int, steps: list[int]) -> None:
    """In any window, at most `tries` wrong tries get through for each closing that could have ended in it."""
    rule, now, count = Numbers(tries=tries), NOON, fresh(NOON)
    through: list[datetime] = []
    for step in steps:
        now += timedelta(seconds=step)
        if not closed(count, rule, now):
            count = after_try(count, rule, now)
            through.append(now)
    for start in through:
        inside = [moment for moment in through if start <= moment < start + timedelta(minutes=10)]
        assert len(inside) <= 2 * tries - 1


@pytest.mark.threat("T-80")
@given(backwards=st.integers(1, 10**7))
def test_a_clock_set_back_never_lengthens_a_closing(backwards: int) -> None:
    rule, count = Numbers(), fresh(NOON)
    for _ in range(3):
        count = after_try(count, rule, NOON)
    earlier = NOON - timedelta(seconds=backwards)
    assert closed(count, rule, earlier)
    assert count.closed_until is not None
    assert not closed(count, rule, max(count.closed_until, earlier + timedelta(minutes=10)))


@given(tries=st.integers(0, 20), seconds=st.integers(0, 3600))
def test_tries_in_a_row_count_until_the_window_is_over(tries: int, seconds: int) -> None:
    rule, count = Numbers(tries=100), fresh(NOON)
    for _ in range(tries):
        count = after_try(count, rule, NOON)
    assert in_a_row(count, rule, NOON + timedelta(seconds=seconds)) == (tries if seconds < 600 else 0)
