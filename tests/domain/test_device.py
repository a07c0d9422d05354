from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.device import LENGTH, LETTERS, Polled, Verdict, canonical, in_two_parts, judge

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CODES = st.text(LETTERS, min_size=LENGTH, max_size=LENGTH)


@pytest.mark.spec("RFC 8628 6.1")
@given(CODES, st.booleans(), st.sampled_from(["", "-", " ", " - ", "–", ".", "\u00a0"]))
def test_a_code_is_read_however_it_is_typed(code: str, small: bool, between: str) -> None:
    typed = in_two_parts(code).replace("-", between)
    assert canonical(f" {typed.lower() if small else typed}\t") == code


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    code = canonical(typed)
    assert code is None or (len(code) == LENGTH and set(code) <= set(LETTERS))


@pytest.mark.parametrize(
    "typed", ["", "WDJB-MJH", "WDJB-MJHTT", "WDJB-MJHA", "WDJB_MJHT", "WDJB-MJH0", "ｗｄｊｂｍｊｈｔ"]
)
def test_other_texts_are_no_codes(typed: str) -> None:
    assert canonical(typed) is None


@pytest.mark.spec("RFC 8628 3.5")
@given(st.integers(-5, 5), st.integers(0, 20), st.booleans(), st.booleans(), st.booleans())
def test_only_what_was_allowed_and_is_neither_over_nor_used_gives_anything(
    left: int, since: int, allowed: bool, refused: bool, used: bool
) -> None:
    polled_at = NOW - timedelta(seconds=since)
    request = Polled(NOW + timedelta(seconds=left), timedelta(seconds=5), polled_at, allowed, refused, used)
    verdict = judge(request, NOW)
    assert (verdict is Verdict.ALLOWED) == (allowed and left > 0 and not refused and not used)
    assert (verdict is Verdict.TOO_FAST) == (left > 0 and since < 5 and not (allowed or refused or used))
