from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.client_metadata import BY_HAND, NAMES, Fault, read, write

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
MEMBERS = st.sampled_from([*NAMES, *BY_HAND, "scope", "response_types", "subject_type", "unheard_of"])
USUAL = ["openid", "email", "offline_access"]


@given(st.dictionaries(MEMBERS | st.text(max_size=8), ANY, max_size=6))
def test_anything_is_either_refused_in_words_or_read(metadata: dict[str, Any]) -> None:
    fields = read(metadata, USUAL)
    if isinstance(fields, Fault):
        assert fields.error
        assert fields.why
        return
    assert fields.keys() <= {*NAMES.values(), "scopes"}
    assert not BY_HAND.keys() & metadata.keys()
    again = read(write(fields), USUAL)
    assert isinstance(again, dict)
    assert {name: value for name, value in fields.items() if value != []} == again


def test_what_lasts_beyond_the_sign_in_is_given_to_those_who_ask() -> None:
    assert read({}, USUAL) == {"scopes": ["openid", "email"]}
    assert read({"scope": "openid offline_access"}, USUAL) == {"scopes": ["openid", "offline_access"]}
