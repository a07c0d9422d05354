from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.authorization import AuthorizationRequest, read_request, write_request
from idp.domain.prompting import min_auth_time, wants_new_sign_in
from tests.conftest import START

ME = "me"


def request(**values: object) -> AuthorizationRequest:
    usual: dict[str, object] = {"client_id": "web", "redirect_uri": "https://web.example/", "scope": ("openid",)}
    return AuthorizationRequest(**(usual | values))  # type: ignore[arg-type]  # values of any field


@pytest.mark.parametrize(
    ("asked", "age", "again"),
    [
        (request(), 10**6, False),
        (request(prompt=("none",)), 10**6, False),
        (request(prompt=("consent",)), 10**6, False),
        (request(prompt=("login",)), 0, True),
        (request(prompt=("consent", "login")), 0, True),
        (request(prompt=("select_account",)), 0, True),
        (request(prompt=("create",)), 0, True),
        (request(max_age=1), 1, False),
        (request(max_age=1), 2, True),
        (request(max_age=0), 0, True),
        (request(expected_sub=ME), 0, False),
        (request(expected_sub="somebody else"), 0, True),
    ],
)
def test_when_a_session_is_not_enough(asked: AuthorizationRequest, age: int, again: bool) -> None:
    assert wants_new_sign_in(asked, ME, timedelta(seconds=age)) is again


@given(st.integers(0, 999_999_999))
def test_a_sign_in_now_always_answers(max_age: int) -> None:
    oldest = min_auth_time(request(max_age=max_age), START)
    assert oldest is not None
    assert oldest <= START


def test_a_request_survives_being_stored() -> None:
    whole = request(
        response_mode="form_post",
        state="",
        nonce="n",
        code_challenge="c" * 43,
        prompt=("login", "consent"),
        max_age=0,
        login_hint="7000100",
        ui_locales=("fr", "en"),
        expected_sub=ME,
        id_token_claims=("email",),
        userinfo_claims=("name", "phone_number"),
    )
    assert read_request(write_request(whole)) == whole
    assert read_request(write_request(request())) == request()
