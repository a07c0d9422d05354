"""Which APIs a token is for."""

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.resources import narrow

ISSUER = "https://login.example/paris"
NAMES = st.lists(st.sampled_from(["https://a.example", "https://b.example", "urn:c", ISSUER]), unique=True).map(tuple)


@given(asked=NAMES, granted=NAMES, own=NAMES)
def test_nobody_is_named_who_may_not_be(
    asked: tuple[str, ...], granted: tuple[str, ...], own: tuple[str, ...]
) -> None:
    found = narrow(asked, granted, own, ISSUER)
    if found is not None:
        assert found
        assert set(found) <= {*own, ISSUER}
        assert set(found) <= {*(granted or found)}
        assert set(found) == set(asked) or not asked


@given(asked=NAMES, own=NAMES)
def test_what_was_granted_may_be_asked_for(asked: tuple[str, ...], own: tuple[str, ...]) -> None:
    granted = narrow(asked, (), own, ISSUER)
    assert granted is None or narrow(asked, asked, own, ISSUER) == granted
