import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.contrast import contrast

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_agrees_with_known_ratios(one: str, other: str, ratio: float) -> None:
    assert round(contrast(one, other), 2) == ratio


@given(COLOURS, COLOURS)
def test_is_the_same_both_ways_and_stays_within_its_scale(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0001


@given(COLOURS)
def test_a_colour_has_no_contrast_with_itself(colour: str) -> None:
    assert contrast(colour, colour.upper()) == 1
