"""OpenID Connect RP-Initiated Logout 1.0."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from idp.models import Account
from tests.conftest import HandClock, MakeWork
from tests.oidc.conftest import Party, open_session
from tests.oidc.relying_party import Browser, RelyingParty, answer_of, is_refused_locally
from tests.people import add_account, add_holder

BYE = "https://web.example/bye"


def is_signed_in(browser: Browser, web: RelyingParty) -> bool:
    return "code" in answer_of(web.authorize(browser, prompt="none"))


def asks_the_person(response: TestResponse) -> bool:
    return (response.status_code, response.location) == (303, "/paris/sign-out")


@pytest.fixture
def hint(web: RelyingParty, signed_in: Browser) -> str:
    id_token: str = web.tokens(signed_in)["id_token"]
    return id_token


@pytest.mark.spec("RP-Initiated Logout 3")
@pytest.mark.conformance("oidcc-rp-initiated-logout")
@pytest.mark.journey("paris-11")
@pytest.mark.journey("all-8")
@pytest.mark.spec("RP-Initiated Logout 2")
@pytest.mark.parametrize("method", ["get", "post"])
def test_with_an_id_token_of_this_session_the_app_signs_out_and_gets_its_person_back(
    web: RelyingParty, signed_in: Browser, hint: str, method: str
) -> None:
    signed_in.get("/sign-in")
    cookie = signed_in.cookies.get_cookie("paris-session").value
    access_token = web.tokens(signed_in)["access_token"]
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": BYE, "state": "é & b-._~"}
    response = getattr(signed_in, method)("/logout", asked)
    assert (response.status_code, response.location) == (303, f"{BYE}?state=%C3%A9%20%26%20b-._~")
    assert signed_in.cookies.get_cookie("paris-session") is None
    signed_in.cookies.set_cookie("paris-session", cookie, domain="localhost")
    assert not is_signed_in(signed_in, web)
    assert web.userinfo(access_token).status_code == 401


@pytest.mark.conformance("oidcc-rp-initiated-logout-no-state")
@pytest.mark.spec("RP-Initiated Logout 3")
def test_nothing_is_added_to_the_address(web: RelyingParty, signed_in: Browser, hint: str) -> None:
    uri = "https://web.example/bye?kept=1"
    response = signed_in.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": uri})
    assert response.location == uri


@pytest.mark.spec("RP-Initiated Logout 2")
def test_an_expired_hint_is_as_good(web: RelyingParty, signed_in: Browser, hint: str, clock: HandClock) -> None:
    clock.forward(minutes=45)
    response = signed_in.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE, "client_id": "web"})
    assert response.location == BYE


@pytest.mark.conformance(
    "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri",
    "oidcc-rp-initiated-logout-modified-id-token-hint",
    "oidcc-rp-initiated-logout-no-id-token-hint",
    "oidcc-rp-initiated-logout-no-params",
    "oidcc-rp-initiated-logout-no-post-logout-redirect-uri",
    "oidcc-rp-initiated-logout-only-state",
    "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri",
    "oidcc-rp-initiated-logout-bad-id-token-hint",
)
@pytest.mark.spec("RP-Initiated Logout 2")
@pytest.mark.spec("RP-Initiated Logout 3")
@pytest.mark.threat("T-39")
@pytest.mark.threat("T-30")
@pytest.mark.spec("RP-Initiated Logout 6")
def test_anything_else_asks_the_person_and_goes_nowhere(
    web: RelyingParty, party: Party, signed_in: Browser, hint: str
) -> None:
    access_token = web.tokens(signed_in)["access_token"]
    foreign = party("post").tokens(signed_in)["id_token"]
    unsigned = "eyJhbGciOiJub25lIn0." + hint.split(".")[1] + "."
    good = {"id_token_hint": hint, "post_logout_redirect_uri": BYE}
    requests: list[dict[str, Any]] = [
        {},
        {"state": "x"},
        {"id_token_hint": hint},
        {"post_logout_redirect_uri": BYE},
        {"post_logout_redirect_uri": BYE, "client_id": "web"},
        good | {"post_logout_redirect_uri": "https://evil.example/"},
        good | {"post_logout_redirect_uri": BYE + "?more=1"},
        good | {"post_logout_redirect_uri": BYE + "/"},
        good | {"post_logout_redirect_uri": "//web.example/bye"},
        good | {"post_logout_redirect_uri": "javascript:alert(1)"},
        good | {"post_logout_redirect_uri": "https://web.example/callback"},
        good | {"post_logout_redirect_uri": "https://post.example/bye"},
        good | {"client_id": "post"},
        good | {"client_id": "nobody"},
        good | {"id_token_hint": unsigned},
        good | {"id_token_hint": hint[:-4]},
        good | {"id_token_hint": "x"},
        good | {"id_token_hint": access_token},
        good | {"id_token_hint": foreign},
    ]
    for asked in requests:
        assert asks_the_person(signed_in.get("/logout", asked)), asked
        assert is_signed_in(signed_in, web), asked


@pytest.mark.threat("T-39")
@pytest.mark.spec("RP-Initiated Logout 2")
def test_a_hint_of_another_person_or_session_asks_the_person(
    app: Flask, web: RelyingParty, signed_in: Browser, account: Account, make_work: MakeWork
) -> None:
    work = make_work()
    stranger = add_account(work, add_holder(work))
    work.db.commit()
    elsewhere, theirs = Browser(app), Browser(app)
    open_session(elsewhere, make_work, account)
    open_session(theirs, make_work, stranger)
    for browser in (elsewhere, theirs):
        hint = web.tokens(browser)["id_token"]
        asked = {"id_token_hint": hint, "post_logout_redirect_uri": BYE}
        assert asks_the_person(signed_in.get("/logout", asked))
        assert is_signed_in(signed_in, web)
        assert is_signed_in(browser, web)


@pytest.mark.spec("RP-Initiated Logout 2")
def test_a_hint_outlives_signing_in_again_in_the_same_browser(
    web: RelyingParty, make_work: MakeWork, account: Account, hint: str, signed_in: Browser
) -> None:
    open_session(signed_in, make_work, account, in_place_of=signed_in)
    response = signed_in.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE})
    assert response.location == BYE


@pytest.mark.spec("RP-Initiated Logout 2")
def test_somebody_who_is_signed_out_already_goes_straight_back(
    web: RelyingParty, signed_in: Browser, stranger: Browser, hint: str
) -> None:
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": BYE}
    assert stranger.get("/logout", asked).location == BYE
    assert is_signed_in(signed_in, web)


@pytest.mark.spec("RP-Initiated Logout 2")
def test_a_post_from_another_site_comes_back_with_its_cookies(
    app: Flask, web: RelyingParty, signed_in: Browser, hint: str
) -> None:
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": BYE}
    response = Browser(app).post("/logout", asked, **{"Sec-Fetch-Site": "cross-site"})
    assert response.location.startswith("/paris/logout?")
    assert signed_in.follow(response).location == BYE
    assert not is_signed_in(signed_in, web)


@pytest.mark.spec("RP-Initiated Logout 4")
@pytest.mark.threat("T-63")
def test_repeated_parameters_are_refused(signed_in: Browser, web: RelyingParty, hint: str) -> None:
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": [BYE, BYE]}
    assert is_refused_locally(signed_in.get("/logout", asked))
    assert is_signed_in(signed_in, web)


@pytest.mark.spec("RP-Initiated Logout 4")
@pytest.mark.threat("T-30")
@pytest.mark.threat("T-76")
def test_addresses_that_break_headers_go_nowhere(signed_in: Browser, hint: str) -> None:
    for uri in (BYE + "\r\nSet-Cookie: a=b", BYE + "\n", "\x00", BYE + "%0d%0aX: y", "\t" + BYE):
        response = signed_in.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": uri})
        assert is_refused_locally(response) or asks_the_person(response)
    state = {"id_token_hint": hint, "post_logout_redirect_uri": BYE, "state": "a\r\nLocation: https://evil.example"}
    assert is_refused_locally(signed_in.get("/logout", state))
