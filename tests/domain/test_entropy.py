from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.entropy import ALPHABET, RECOMMENDED_BITS, worst_case_bits

KINDS = st.sets(st.sampled_from(sorted(ALPHABET)))


@pytest.mark.parametrize(
    ("length", "required", "bits"),
    [
        (8, ["upper", "digit", "special"], 49.5),
        (8, ["lower", "upper", "digit", "special"], 53.0),
        (9, ["upper", "digit", "special"], 55.7),
        (8, [], 26.6),
        (6, ["digit"], 19.9),
    ],
)
def test_agrees_with_the_cnils_figures(length: int, required: list[str], bits: float) -> None:
    assert round(worst_case_bits(length, required), 1) == bits


@given(st.integers(8, 64), KINDS)
def test_a_longer_password_is_never_weaker(length: int, required: set[str]) -> None:
    assert worst_case_bits(length + 1, required) > worst_case_bits(length, required)


@given(st.integers(8, 64), KINDS, st.sampled_from(sorted(ALPHABET)))
def test_asking_for_one_more_kind_is_never_weaker(length: int, required: set[str], kind: str) -> None:
    assert worst_case_bits(length, required | {kind}) >= worst_case_bits(length, required)


def test_eight_characters_of_three_kinds_reach_the_recommendation_only_with_small_letters() -> None:
    enough = {kinds for kinds in combinations(ALPHABET, 3) if worst_case_bits(8, kinds) >= RECOMMENDED_BITS}
    assert enough == {("lower", "upper", "special")}
