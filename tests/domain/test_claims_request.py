import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.claims_request import ClaimsRequest, parse


def test_the_example_of_core_5_5() -> None:
    text = """{
        "userinfo": {"given_name": {"essential": true}, "nickname": null, "email": {"essential": true}},
        "id_token": {"auth_time": {"essential": true}, "acr": {"values": ["1"]}, "sub": {"value": "248289761001"}}
    }"""
    assert parse(text) == ClaimsRequest(
        id_token=("auth_time", "acr", "sub"), userinfo=("given_name", "nickname", "email"), sub="248289761001"
    )


@pytest.mark.parametrize(
    ("asked", "essential"),
    [
        ({"essential": True, "values": ["2", "1", "2"]}, ("2", "1")),
        ({"essential": True, "value": "1"}, ("1",)),
        ({"essential": True, "values": []}, ()),
        ({"essential": True}, ()),
        ({"essential": False, "values": ["2"]}, ()),
        ({"essential": "true", "values": ["2"]}, ()),
        ({"values": ["2"]}, ()),
        (None, ()),
    ],
)
def test_only_an_essential_acr_is_insisted_on(asked: object, essential: tuple[str, ...]) -> None:
    assert parse(json.dumps({"id_token": {"acr": asked}})).essential_acr == essential
    assert parse(json.dumps({"userinfo": {"acr": asked}})).essential_acr == ()


def test_members_that_nobody_defined_are_ignored() -> None:
    assert parse('{"other": [1, 2], "userinfo": {"email": {"essential": false, "odd": 1}}}').userinfo == ("email",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '"email"',
        '{"userinfo": "email"}',
        '{"userinfo": ["email"]}',
        '{"userinfo": {"email": true}}',
        '{"id_token": {"sub": {"value": 3}}}',
        '{"id_token": {"acr": {"essential": true, "values": "1"}}}',
        '{"id_token": {"acr": {"essential": true, "values": [1]}}}',
        '{"id_token": {"acr": {"essential": true, "value": null}}}',
        '{"id_token": {"sub": {"value": "\\ud800"}}}',
        '{"id_token": {"sub": {"value": "a"}}, "userinfo": {"sub": {"value": "b"}}}',
        '{"userinfo": {"a": {"b": {"c": {"d": {"e": {}}}}}}}',
        json.dumps({"userinfo": {f"claim{number}": None for number in range(51)}}),
    ],
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(text)


@given(st.text())
def test_nothing_else_ever_happens(text: str) -> None:
    try:
        parse(text)
    except ValueError:
        return
