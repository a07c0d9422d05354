from hypothesis import given
from hypothesis import strategies as st

from idp.domain.subjects import pairwise

NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60)
PARTS = st.tuples(st.binary(min_size=16, max_size=32), st.sampled_from(["sub", "sid"]), NAMES, NAMES)


@given(PARTS, PARTS)
def test_a_name_follows_from_all_of_its_parts(
    one: tuple[bytes, str, str, str], other: tuple[bytes, str, str, str]
) -> None:
    assert (pairwise(*one) == pairwise(*other)) == (one == other)
    assert len(pairwise(*one)) == 43
