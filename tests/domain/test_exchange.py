from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.exchange import Allowed, Fault, Rule, acting, actors, judge, may_act

NAMES = st.sampled_from(["portal", "desk", "notices", "works"])
WORDS = st.sampled_from(["openid", "profile", "email", "contracts"])
RULES = st.builds(
    Rule,
    clients=st.frozensets(NAMES, min_size=1),
    audiences=st.frozensets(NAMES),
    scopes=st.frozensets(WORDS, min_size=1),
    lifetime=st.sampled_from([timedelta(minutes=1), timedelta(minutes=5)]),
)
TUPLES = st.lists(WORDS, unique=True).map(tuple)


@given(st.lists(RULES), NAMES, TUPLES, st.none() | NAMES, st.none() | TUPLES)
def test_nothing_is_ever_wider_than_the_token_and_one_rule(
    rules: list[Rule], client_id: str, scope: tuple[str, ...], target: str | None, asked: tuple[str, ...] | None
) -> None:
    given = judge(rules, client_id, scope, target, asked)
    fitting = [rule for rule in rules if client_id in rule.clients and (target is None or target in rule.audiences)]
    if isinstance(given, Allowed):
        assert given.scope
        assert set(given.scope) <= set(scope)
        assert asked in (None, given.scope)
        assert any(set(given.scope) <= rule.scopes and given.lifetime == rule.lifetime for rule in fitting)
    elif given is Fault.SCOPE:
        assert fitting
    else:
        assert not fitting
        assert (given is Fault.TARGET) == any(client_id in rule.clients for rule in rules)


@given(st.lists(NAMES, min_size=1, max_size=6))
def test_the_newest_actor_stands_outside_and_nobody_is_lost(chain: list[str]) -> None:
    act: object = None
    for name in chain:
        act = acting(name, act)
    assert actors(act) == len(chain)
    seen = []
    while isinstance(act, dict):
        seen.append(act["sub"])
        act = act.get("act")
    assert seen == chain[::-1]


def test_who_may_act_is_compared_as_the_token_says() -> None:
    assert may_act({"iss": "a"}, "desk")
    assert may_act({"iss": "a", "may_act": {"sub": "desk"}}, "desk")
    assert may_act({"iss": "a", "may_act": {"sub": "desk", "iss": "a"}}, "desk")
    for named in ({"sub": "other"}, {"sub": "desk", "iss": "b"}, {}, "desk", ["desk"]):
        assert not may_act({"iss": "a", "may_act": named}, "desk")
