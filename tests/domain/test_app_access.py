from hypothesis import given
from hypothesis import strategies as st

from idp.domain.app_access import Topic, topics_of
from idp.domain.claims import SCOPE_CLAIMS

SCOPES = ("openid", *SCOPE_CLAIMS, "offline_access")
CLAIMS = tuple(name for names in SCOPE_CLAIMS.values() for name in names)


@given(st.sets(st.sampled_from(SCOPES)), st.sets(st.sampled_from(CLAIMS)))
def test_nothing_is_had_without_being_asked_about(scopes: set[str], claims: set[str]) -> None:
    topics = topics_of(scopes, claims)
    assert scopes - {"openid"} <= set(topics)
    assert claims <= {name for topic in topics for name in SCOPE_CLAIMS.get(topic, ())}
    assert list(topics) == [topic for topic in Topic if topic in topics]


@given(st.sets(st.sampled_from(SCOPES)), st.sets(st.sampled_from(CLAIMS)))
def test_people_are_asked_about_nothing_else(scopes: set[str], claims: set[str]) -> None:
    for topic in topics_of(scopes, claims):
        assert topic in scopes or claims & set(SCOPE_CLAIMS[topic])
