from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.refresh import Presented, Verdict, judge
from tests.conftest import START

GRACE = timedelta(seconds=10)
DAY = timedelta(days=1)
seconds = st.integers(-1000, 1000).map(lambda number: START + timedelta(seconds=number))
presented = st.builds(
    Presented,
    expires_at=seconds,
    used_at=st.none() | seconds,
    successor_used=st.booleans(),
    family_lives=st.booleans(),
)


@pytest.mark.parametrize(
    ("token", "verdict"),
    [
        (Presented(START + DAY, None, False, True), Verdict.FRESH),
        (Presented(START, None, False, True), Verdict.EXPIRED),
        (Presented(START + DAY, None, False, False), Verdict.REVOKED),
        (Presented(START + DAY, START - timedelta(seconds=9), False, True), Verdict.RETRY),
        (Presented(START + DAY, START - timedelta(seconds=10), False, True), Verdict.REPLAYED),
        (Presented(START + DAY, START - timedelta(seconds=1), True, True), Verdict.REPLAYED),
        (Presented(START - DAY, START - DAY, False, True), Verdict.REPLAYED),
    ],
)
def test_verdicts(token: Presented, verdict: Verdict) -> None:
    assert judge(token, START, GRACE) is verdict


@given(presented, st.integers(0, 30))
def test_nothing_comes_from_a_dead_family(token: Presented, grace: int) -> None:
    verdict = judge(token, START, timedelta(seconds=grace))
    assert token.family_lives or verdict is Verdict.REVOKED


@given(presented, st.integers(0, 30))
def test_only_an_unused_token_is_fresh(token: Presented, grace: int) -> None:
    verdict = judge(token, START, timedelta(seconds=grace))
    assert (verdict is Verdict.FRESH) == (token.family_lives and token.used_at is None and token.expires_at > START)


@given(presented)
def test_without_grace_every_second_use_is_a_replay(token: Presented) -> None:
    used = Presented(token.expires_at, START, token.successor_used, family_lives=True)
    assert judge(used, START, timedelta(0)) is Verdict.REPLAYED
