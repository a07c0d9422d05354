"""What another provider says about a person, and how much of it is believed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.social import amr_of, at, identity
from idp.settings.social import catalogue

OIDC, X, FACEBOOK = catalogue()["google"], catalogue()["x"], catalogue()["facebook"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["sub", "email", "email_verified", "data"]), inner)
    ),
)


@given(JSON)
def test_whatever_is_said_names_a_person_or_nobody(said: Any) -> None:
    claims = said if isinstance(said, dict) else {"sub": said}
    found = identity(OIDC, claims)
    if found is None:
        return
    assert isinstance(claims["sub"], str)
    assert 0 < len(found.subject) <= 255
    assert found.subject.isascii()
    assert found.email is None or claims["email_verified"] is True


@pytest.mark.threat("T-04")
@pytest.mark.parametrize("verified", [False, "true", "True", 1, 1.0, [True], {"a": True}, None, "yes"])
def test_only_a_true_verifies_an_address(verified: object) -> None:
    claims = {"sub": "a", "email": "chloe@example.org", "email_verified": verified}
    found = identity(OIDC, claims)
    assert found is not None
    assert found.email is None


@pytest.mark.parametrize("address", ["", "no address", "a@b@c", "chloe@example.org\n", "c" * 250 + "@example.org", 7])
def test_what_is_no_address_is_not_offered(address: object) -> None:
    found = identity(OIDC, {"sub": "a", "email": address, "email_verified": True})
    assert found is not None
    assert found.email is None


def test_each_provider_says_it_in_its_own_place() -> None:
    of_x = identity(X, {"data": {"id": "7", "confirmed_email": "chloe@example.org"}})
    assert of_x is not None
    assert (of_x.issuer, of_x.subject, of_x.email) == ("https://x.com", "7", "chloe@example.org")
    of_facebook = identity(FACEBOOK, {"id": "7", "email": "chloe@example.org", "email_verified": True})
    assert of_facebook is not None
    assert of_facebook.email is None
    assert at({"a": {"b": 1}}, "a.b") == 1
    assert at({"a": "text"}, "a.b") is None


def test_the_way_in_is_named_for_apps() -> None:
    assert amr_of("google") == ["fed", "fed:google"]
