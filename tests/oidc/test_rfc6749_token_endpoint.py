"""RFC 6749 §2.3, §3.2, §5 and §6: the token endpoint."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from idp.app import create_app
from idp.settings.root import Settings
from tests.conftest import PORTAL_SECRET, HandClock
from tests.oidc.conftest import Party
from tests.oidc.relying_party import HOST, NETWORK, VERIFIER, Browser, RelyingParty, basic

OFFLINE = "openid offline_access"


def error_of(response: TestResponse) -> str:
    """Check the form of an error (RFC 6749 §5.2) and return its name."""
    body = response.get_json()
    assert set(body) == {"error", "error_description"}
    assert all(0x20 <= ord(letter) <= 0x7E and letter not in '"\\' for letter in body["error_description"])
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    name: str = body["error"]
    return name


def form(relying: RelyingParty, browser: Browser, **changes: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": relying.code(browser),
        "redirect_uri": relying.client.redirect_uris[0],
        "code_verifier": VERIFIER,
    } | changes


@pytest.mark.conformance("oidcc-server-client-secret-post")
@pytest.mark.spec("RFC 6749 2.3.1")
@pytest.mark.parametrize("client_id", ["web", "post", "script"])
def test_each_app_shows_who_it_is_in_its_own_way(party: Party, signed_in: Browser, client_id: str) -> None:
    response = party(client_id).redeem(party(client_id).code(signed_in))
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def ways(client_id: str) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """List ways for an app to show who it is: what goes into the body, and into the header."""
    return {
        "basic": ({}, {"Authorization": basic(client_id, PORTAL_SECRET)}),
        "wrong basic": ({}, {"Authorization": basic(client_id, "wrong")}),
        "empty basic": ({}, {"Authorization": basic(client_id, "")}),
        "post": ({"client_id": client_id, "client_secret": PORTAL_SECRET}, {}),
        "wrong post": ({"client_id": client_id, "client_secret": "wrong"}, {}),
        "none": ({"client_id": client_id}, {}),
        "nothing": ({}, {}),
    }


RIGHT = {"web": {"basic"}, "post": {"post"}, "script": {"none", "empty basic"}}


@pytest.mark.spec("OIDC Core 12.1")
@pytest.mark.spec("OIDC Core 3.1.3.1")
@pytest.mark.spec("RFC 6749 10.2")
@pytest.mark.spec("RFC 6749 2.2")
@pytest.mark.spec("RFC 6749 2.3.2")
@pytest.mark.spec("RFC 6749 4.1.3")
@pytest.mark.spec("RFC 6749 4.4.2")
@pytest.mark.spec("RFC 6749 6")
@pytest.mark.spec("RFC 8628 3.4")
@pytest.mark.spec("RFC 6749 3.2.1")
@pytest.mark.spec("RFC 6749 5.2")
@pytest.mark.parametrize("client_id", ["web", "post", "script", "nobody"])
def test_no_other_way_is_taken(party: Party, web: RelyingParty, signed_in: Browser, client_id: str) -> None:
    asked = form(party(client_id) if client_id in RIGHT else web, signed_in)
    others = {way: sent for way, sent in ways(client_id).items() if way not in RIGHT.get(client_id, ())}
    for way, (body, headers) in others.items():
        response = web.send("/token", asked | body, **headers)
        assert (response.status_code, error_of(response)) == (401, "invalid_client"), way
        assert response.headers.get("WWW-Authenticate", "").startswith("Basic ") == bool(headers)


@pytest.mark.spec("RFC 6749 2.3.1")
def test_an_app_without_a_secret_may_say_so_in_the_header(party: Party, signed_in: Browser) -> None:
    script = party("script")
    asked = form(script, signed_in)
    assert error_of(script.send("/token", asked, Authorization=basic("script", "a secret"))) == "invalid_client"
    assert script.send("/token", asked, Authorization=basic("script", "")).status_code == 200


@pytest.mark.spec("RFC 6749 5.2")
def test_an_unknown_app_and_a_wrong_secret_look_the_same(web: RelyingParty) -> None:
    answers = [
        web.send("/token", {"grant_type": "refresh_token"}, Authorization=basic(client_id, "wrong"))
        for client_id in ("web", "nobody")
    ]
    assert answers[0].data == answers[1].data
    assert {name for name, _ in answers[0].headers} == {name for name, _ in answers[1].headers}


@pytest.mark.spec("RFC 6749 2.3.1")
def test_broken_credentials_are_nobodys(web: RelyingParty) -> None:
    headers = [
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic d2Vi",
        "Basic /////w==",
        "Bearer abc",
        "Basic " + "QQ" * 3000,
        basic("web", PORTAL_SECRET)[:-4],
        basic("web%", PORTAL_SECRET + "%ff"),
    ]
    for header in headers:
        response = web.send("/token", {"grant_type": "refresh_token"}, Authorization=header)
        assert (response.status_code, error_of(response)) == (401, "invalid_client"), header


@pytest.mark.spec("RFC 6749 2.3.1")
def test_basic_credentials_are_form_encoded_inside(web: RelyingParty, signed_in: Browser) -> None:
    encoded = basic("web", PORTAL_SECRET.replace("p", "%70"))  # quoted once more by basic()
    doubly = web.send("/token", form(web, signed_in), Authorization=encoded)
    assert error_of(doubly) == "invalid_client"
    raw = {"Authorization": "Basic d2ViOnBvcnRhbC1zZWNyZXQtZm9yLXRlc3RzLTAxMjM0NTY3ODlhYmNkZWY="}
    assert web.send("/token", form(web, signed_in), **raw).status_code == 200
    escaped = {"Authorization": "Basic JTc3ZWI6cG9ydGFsJTJEc2VjcmV0LWZvci10ZXN0cy0wMTIzNDU2Nzg5YWJjZGVm"}
    assert web.send("/token", form(web, signed_in), **escaped).status_code == 200


@pytest.mark.spec("RFC 6749 2.3")
def test_two_ways_at_once_are_refused(web: RelyingParty, signed_in: Browser) -> None:
    header = {"Authorization": basic("web", PORTAL_SECRET)}
    response = web.send("/token", form(web, signed_in, client_secret=PORTAL_SECRET), **header)
    assert (response.status_code, error_of(response)) == (400, "invalid_request")
    assert web.send("/token", form(web, signed_in, client_id="web"), **header).status_code == 200
    assert error_of(web.send("/token", form(web, signed_in, client_id="post"), **header)) == "invalid_client"


@pytest.mark.spec("FAPI 2.0 5.3.2.1")
@pytest.mark.spec("RFC 6749 4.1.3")
@pytest.mark.spec("RFC 6749 5.2")
def test_errors_have_their_registered_names(web: RelyingParty, signed_in: Browser) -> None:
    faults: list[tuple[dict[str, str | None], str]] = [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"code": None}, "invalid_request"),
        ({"code": "x" * 43}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"redirect_uri": "https://web.example/other?kept=1"}, "invalid_grant"),
    ]
    for changes, error in faults:
        response = web.token(**(dict(form(web, signed_in)) | changes))
        assert (response.status_code, error_of(response)) == (400, error), changes


@pytest.mark.spec("RFC 6749 2.3.1")
@pytest.mark.spec("RFC 6749 3.2")
def test_parameters_count_in_the_body_only(web: RelyingParty, signed_in: Browser) -> None:
    header = {"Authorization": basic("web", PORTAL_SECRET)}
    assert error_of(web.send("/token?grant_type=authorization_code", "", **header)) == "invalid_request"
    as_json = web.app.test_client().post(
        "/paris/token", base_url=HOST, json=form(web, signed_in), headers=header, environ_overrides=NETWORK
    )
    assert (as_json.status_code, error_of(as_json)) == (400, "invalid_request")


@pytest.mark.spec("RFC 6749 6")
@pytest.mark.spec("RFC 6749 3.2")
def test_empty_parameters_are_none_and_unknown_ones_nothing(web: RelyingParty, signed_in: Browser) -> None:
    asked = [*form(web, signed_in, scope="", resource="", refresh_token="").items(), ("a", "b"), ("a", "c")]
    assert web.send("/token", urlencode(asked), Authorization=basic("web", PORTAL_SECRET)).status_code == 200
    assert error_of(web.redeem("")) == "invalid_request"
    whole = refreshed(web, signed_in, scope="").get_json()
    assert whole["scope"] == "openid email profile offline_access"


@pytest.mark.spec("RFC 6749 2.3.1")
@pytest.mark.spec("RFC 7009 5")
@pytest.mark.spec("RFC 7662 4")
def test_secrets_cannot_be_tried_without_end(settings: Settings, clock: HandClock) -> None:
    limits = settings.rate_limits.model_copy(update={"protocol": "6 per minute"})
    app = create_app(settings.model_copy(update={"rate_limits": limits}), clock)
    tries = [
        app.test_client().post(
            f"/paris{path}", base_url=HOST, headers={"Authorization": basic("web", str(number))}, data={"token": "x"}
        )
        for number in range(3)
        for path in ("/token", "/revoke", "/introspect", "/par")
    ]
    assert [(answer.status_code, error_of(answer)) for answer in tries] == [
        *[(401, "invalid_client")] * 6,
        *[(429, "temporarily_unavailable")] * 6,
    ]


@pytest.mark.spec("RFC 6749 3.2")
def test_the_token_endpoint_takes_post_only(stranger: Browser) -> None:
    response = stranger.get("/token")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert error_of(response) == "invalid_request"


@pytest.mark.spec("RFC 6749 10.5")
@pytest.mark.spec("RFC 6749 4.1.2")
def test_a_code_is_good_for_a_minute(web: RelyingParty, signed_in: Browser, clock: HandClock) -> None:
    early, late = web.code(signed_in), web.code(signed_in)
    clock.forward(seconds=59)
    assert web.redeem(early).status_code == 200
    clock.forward(seconds=1)
    assert error_of(web.redeem(late)) == "invalid_grant"


def refreshed(web: RelyingParty, browser: Browser, **changes: str | None) -> TestResponse:
    return web.refresh(web.tokens(browser, scope="openid email profile offline_access")["refresh_token"], **changes)


@pytest.mark.spec("RFC 6749 6")
def test_a_refresh_may_narrow_the_scope(web: RelyingParty, signed_in: Browser) -> None:
    narrow = refreshed(web, signed_in, scope="openid email").get_json()
    assert narrow["scope"] == "openid email"
    about: dict[str, Any] = web.userinfo(narrow["access_token"]).get_json()
    assert set(about) == {"sub", "email", "email_verified"}
    whole = web.refresh(narrow["refresh_token"]).get_json()
    assert whole["scope"] == "openid email profile offline_access"


@pytest.mark.spec("RFC 9700 4.14.2")
@pytest.mark.threat("T-62")
@pytest.mark.spec("RFC 6749 6")
def test_a_refresh_may_not_widen_the_scope(web: RelyingParty, signed_in: Browser) -> None:
    token = web.tokens(signed_in, scope=OFFLINE)["refresh_token"]
    response = web.refresh(token, scope="openid email")
    assert (response.status_code, error_of(response)) == (400, "invalid_scope")
    assert web.refresh(token).status_code == 200


@pytest.mark.spec("OIDC Core 12.1")
@pytest.mark.conformance("oidcc-refresh-token")
@pytest.mark.spec("RFC 6749 10.4")
@pytest.mark.spec("RFC 6749 6")
def test_a_refresh_token_is_good_for_its_own_app_only(web: RelyingParty, party: Party, signed_in: Browser) -> None:
    token = web.tokens(signed_in, scope=OFFLINE)["refresh_token"]
    for other in ("post", "script"):
        assert error_of(party(other).refresh(token)) == "invalid_grant"
    assert web.refresh(token).status_code == 200


@pytest.mark.spec("RFC 6749 6")
def test_a_refresh_token_dies_when_it_is_not_used(web: RelyingParty, signed_in: Browser, clock: HandClock) -> None:
    token = web.tokens(signed_in, scope=OFFLINE)["refresh_token"]
    clock.forward(days=29)
    token = web.refresh(token).get_json()["refresh_token"]
    clock.forward(days=30)
    assert error_of(web.refresh(token)) == "invalid_grant"


@pytest.mark.spec("RFC 9700 4.14.2")
def test_a_refresh_family_ends_however_often_it_is_used(
    web: RelyingParty, signed_in: Browser, clock: HandClock
) -> None:
    token = web.tokens(signed_in, scope=OFFLINE)["refresh_token"]
    for _ in range(7):
        clock.forward(days=25)
        token = web.refresh(token).get_json()["refresh_token"]
    clock.forward(days=4, hours=23, minutes=55)
    last = web.refresh(token).get_json()
    assert last["expires_in"] == 300
    clock.forward(minutes=5)
    assert error_of(web.refresh(last["refresh_token"])) == "invalid_grant"
    assert web.userinfo(last["access_token"]).status_code == 401


@pytest.mark.spec("RFC 6749 5.1")
def test_tokens_are_json_that_nobody_keeps(web: RelyingParty, signed_in: Browser) -> None:
    response = web.redeem(web.code(signed_in))
    assert response.mimetype == "application/json"
    assert (response.headers["Cache-Control"], response.headers["Pragma"]) == ("no-store", "no-cache")
    assert set(json.loads(response.data)) == {"access_token", "token_type", "expires_in", "scope", "id_token"}
