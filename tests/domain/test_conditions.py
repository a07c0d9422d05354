import pytest

from idp.domain.conditions import met

HOLDER = {"role": "tenant", "kind": "home", "direct_debit": True}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, True),
        ({"role": ["tenant"]}, True),
        ({"role": ["owner", "tenant"], "direct_debit": [True]}, True),
        ({"direct_debit": [False]}, False),
        ({"role": ["tenant"], "kind": ["shop"]}, False),
        ({"module": ["1"]}, False),
    ],
)
def test_every_condition_must_be_met(conditions: dict[str, list[str | bool]], expected: bool) -> None:
    assert met(conditions, HOLDER) is expected
