import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.distance import distance


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("abc", "abd", 1),
        ("abc", "ab", 1),
        ("kitten", "sitting", 3),
        ("abc", "xyz", 3),
    ],
)
def test_letters_changed_added_and_taken_away_are_counted(one: str, other: str, expected: int) -> None:
    assert distance(one, other, 5) == expected


@given(st.text(max_size=12), st.text(max_size=12), st.integers(0, 4))
def test_it_is_the_same_both_ways_and_never_more_than_asked(one: str, other: str, most: int) -> None:
    found = distance(one, other, most)
    assert found == distance(other, one, most)
    assert found <= most + 1
    assert (found == 0) == (one == other)
