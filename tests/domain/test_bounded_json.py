import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain import bounded_json
from tests.effort import little_work

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def depth_of(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@given(values)
def test_what_is_short_and_shallow_is_parsed(value: object) -> None:
    assert bounded_json.parse(json.dumps(value), max_length=10**6, max_depth=depth_of(value)) == value


@given(values.filter(lambda value: depth_of(value) > 0))
def test_one_level_too_deep_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="too deep"):
        bounded_json.parse(json.dumps(value), max_length=10**6, max_depth=depth_of(value) - 1)


def test_what_is_too_long_is_not_even_read() -> None:
    with pytest.raises(ValueError, match="too long"):
        bounded_json.parse("[" * 4097, max_length=4096, max_depth=5)


@pytest.mark.threat("T-75")
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" * 4000,
        '"[' * 500_000,
        '"\\' * 500_000,
        "1" * 5000,
        "",
        "nan",
        '"\\ud800',
        "][",
    ],
    ids=range(10),
)
def test_bombs_are_refused_with_little_work(text: str) -> None:
    with little_work(), pytest.raises(ValueError, match=r".+"):
        bounded_json.parse(text, max_length=10**6, max_depth=5)
