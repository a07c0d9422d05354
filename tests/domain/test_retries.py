from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.retries import FIRST_PAUSE, LONGEST_PAUSE, next_try, pause_after

QUEUED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
attempts = st.integers(min_value=1, max_value=10**9)
spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30))


def test_pauses_double_up_to_an_hour() -> None:
    assert [pause_after(tries).total_seconds() for tries in range(1, 10)] == [
        *(30, 60, 120, 240, 480, 960, 1920),
        *(3600, 3600),
    ]


@given(attempts)
def test_a_pause_never_shrinks_and_stays_within_its_bounds(tries: int) -> None:
    assert FIRST_PAUSE <= pause_after(tries) <= pause_after(tries + 1) <= LONGEST_PAUSE


@given(attempts, spans, spans)
def test_the_next_try_is_later_and_within_the_time(tries: int, age: timedelta, retry_for: timedelta) -> None:
    now = QUEUED + age
    again = next_try(tries, QUEUED, now, retry_for)
    if age >= retry_for:
        assert again is None
    else:
        assert again is not None
        assert now < again <= QUEUED + retry_for


@given(spans)
def test_a_mail_that_always_fails_ends(retry_for: timedelta) -> None:
    now: datetime | None = QUEUED
    tries = 0
    last = QUEUED
    while now is not None:
        last, tries = now, tries + 1
        now = next_try(tries, QUEUED, now, retry_for)
    assert last == QUEUED + retry_for
