from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.remembering import Series, Verdict, judge

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def series(former: str | None = "former", ended: bool = False, rotated: int = 0, days: int = 30) -> Series:
    return Series("newest", former, NOW - timedelta(seconds=rotated), NOW + timedelta(days=days), ended)


@pytest.mark.threat("T-21")
@pytest.mark.parametrize(
    ("known", "shown", "verdict"),
    [
        (series(), "newest", Verdict.FRESH),
        (series(rotated=86400), "newest", Verdict.FRESH),
        (series(rotated=59), "former", Verdict.RETRY),
        (series(rotated=60), "former", Verdict.STOLEN),
        (series(), "older", Verdict.STOLEN),
        (series(former=None), "older", Verdict.STOLEN),
        (series(ended=True), "newest", Verdict.OVER),
        (series(days=0), "newest", Verdict.OVER),
    ],
)
def test_a_token_is_judged(known: Series, shown: str, verdict: Verdict) -> None:
    assert judge(known, shown, NOW) is verdict


@given(st.text(max_size=3), st.none() | st.text(max_size=3), st.integers(0, 200), st.booleans(), st.integers(-2, 2))
def test_only_the_newest_of_a_living_series_is_fresh_and_nothing_else_ends_one_that_is_over(
    shown: str, former: str | None, rotated: int, ended: bool, days: int
) -> None:
    verdict = judge(series(former, ended, rotated, days), shown, NOW)
    living = not ended and days > 0
    assert (verdict is Verdict.FRESH) == (living and shown == "newest")
    assert (verdict is Verdict.OVER) == (not living)
