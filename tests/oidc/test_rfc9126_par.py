"""RFC 9126: apps push their authorization requests first."""

from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from idp.models import Account
from idp.settings.tokens import Tokens
from tests.conftest import PORTAL_SECRET, HandClock, MakeWork
from tests.oidc.conftest import Party, open_session
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of, basic, form_of, is_refused_locally
from tests.oidc.test_journeys import cancel_on, resume_of, token_of

PREFIX = "urn:ietf:params:oauth:request_uri:"
APPS = ("web", "post", "script", "phone")


def push(relying: RelyingParty, **changes: str | None) -> TestResponse:
    """Push a request, the app showing who it is as it is registered."""
    return relying.ask("/par", **relying.request(**changes))


def pushed(relying: RelyingParty, **changes: str | None) -> dict[str, str]:
    """Push a request, and compose what the browser brings then."""
    response = push(relying, **changes)
    assert response.status_code == 201, response.text
    return {"client_id": relying.client.client_id, "request_uri": response.get_json()["request_uri"]}


@pytest.mark.spec("RFC 9101 10.2")
@pytest.mark.spec("RFC 9126 7.1")
@pytest.mark.spec("RFC 9126 2.2")
@pytest.mark.parametrize("client_id", APPS)
def test_an_app_gets_a_reference_that_nobody_can_guess(party: Party, client_id: str) -> None:
    response = push(party(client_id))
    assert response.status_code == 201
    answer = response.get_json()
    assert set(answer) == {"request_uri", "expires_in"}
    assert answer["request_uri"].startswith(PREFIX)
    assert len(answer["request_uri"].removeprefix(PREFIX)) == 43
    assert answer["expires_in"] == 60
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


@pytest.mark.spec("RFC 9126 4")
@pytest.mark.parametrize("client_id", APPS)
def test_a_pushed_request_is_answered_like_another(party: Party, signed_in: Browser, client_id: str) -> None:
    relying = party(client_id)
    answer = answer_of(signed_in.get("/authorize", pushed(relying)))
    assert (answer["state"], answer["iss"]) == ("a state", ISSUER)
    tokens = relying.redeem(answer["code"]).get_json()
    assert relying.claims(tokens["id_token"])["nonce"] == "a nonce"


@pytest.mark.spec("RFC 9126 2.1")
@pytest.mark.spec("RFC 9126 4")
@pytest.mark.threat("T-62")
def test_what_the_browser_brings_beside_the_reference_does_not_count(web: RelyingParty, signed_in: Browser) -> None:
    beside = {"state": "another", "scope": "openid email", "redirect_uri": "https://evil.example/", "prompt": "login"}
    response = signed_in.get("/authorize", pushed(web) | beside)
    assert response.location.startswith("https://web.example/callback?")
    answer = answer_of(response)
    assert answer["state"] == "a state"
    assert web.redeem(answer["code"]).get_json()["scope"] == "openid"


@pytest.mark.spec("RFC 9126 7.3")
def test_a_pushed_request_is_answered_once(web: RelyingParty, signed_in: Browser) -> None:
    brought = pushed(web)
    assert "code" in answer_of(signed_in.get("/authorize", brought))
    assert is_refused_locally(signed_in.get("/authorize", brought))


@pytest.mark.spec("RFC 9126 2.1")
@pytest.mark.spec("RFC 9126 4")
@pytest.mark.spec("RFC 9126 7.3")
def test_an_error_is_an_answer_too(web: RelyingParty, stranger: Browser) -> None:
    brought = pushed(web, prompt="none")
    assert answer_of(stranger.get("/authorize", brought))["error"] == "login_required"
    assert is_refused_locally(stranger.get("/authorize", brought))


@pytest.mark.spec("RFC 9126 7.3")
def test_opening_the_page_uses_nothing_up(
    web: RelyingParty, stranger: Browser, make_work: MakeWork, account: Account, clock: HandClock
) -> None:
    brought = pushed(web)
    first, second = (stranger.get("/authorize", brought) for _ in range(2))
    for page in (first, second):
        assert page.location.startswith("/paris/sign-in?journey=")
    clock.forward(minutes=10)
    open_session(stranger, make_work, account)
    assert "code" in answer_of(stranger.get(resume_of(first.location)))
    assert stranger.get(resume_of(second.location)).status_code == 410
    assert is_refused_locally(stranger.get("/authorize", brought))


@pytest.mark.spec("RFC 9126 7.3")
def test_a_cancelled_request_was_answered(web: RelyingParty, stranger: Browser) -> None:
    brought = pushed(web)
    page = stranger.follow(stranger.get("/authorize", brought))
    answer = answer_of(stranger.post(cancel_on(page) or "", {"csrf_token": token_of(page)}))
    assert answer["error"] == "access_denied"
    assert is_refused_locally(stranger.get("/authorize", brought))


@pytest.mark.spec("RFC 9101 10.2")
@pytest.mark.spec("RFC 9126 4")
@pytest.mark.spec("RFC 9126 2.2")
def test_a_pushed_request_expires(web: RelyingParty, signed_in: Browser, clock: HandClock) -> None:
    brought = pushed(web)
    clock.forward(seconds=60)
    assert is_refused_locally(signed_in.get("/authorize", brought))
    brought = pushed(web)
    clock.forward(seconds=59)
    assert "code" in answer_of(signed_in.get("/authorize", brought))


@pytest.mark.spec("RFC 9126 2.2")
def test_the_landlord_says_how_long_within_bounds() -> None:
    assert Tokens.model_validate({"pushed_request": "10m"}).pushed_request.total_seconds() == 600
    for outside in ("59s", "601s"):
        with pytest.raises(ValueError, match="pushed_request"):
            Tokens.model_validate({"pushed_request": outside})


@pytest.mark.spec("RFC 9101 10.2")
@pytest.mark.spec("RFC 9126 2.2")
@pytest.mark.threat("T-54")
def test_a_reference_is_its_apps_own(web: RelyingParty, party: Party, signed_in: Browser) -> None:
    brought = pushed(web)
    assert is_refused_locally(signed_in.get("/authorize", brought | {"client_id": "post"}))
    assert is_refused_locally(signed_in.get("/authorize", {"request_uri": brought["request_uri"]}))
    assert is_refused_locally(signed_in.get("/authorize", brought | {"client_id": "nobody"}))
    assert "code" in answer_of(signed_in.get("/authorize", brought))


@pytest.mark.spec("RFC 9126 7.1")
@pytest.mark.threat("T-76")
@pytest.mark.parametrize("reference", ["", "x", "x" * 43, "x" * 4000, "\u00e9", "%00", "../par"])
def test_references_that_nobody_gave_lead_nowhere(signed_in: Browser, reference: str) -> None:
    brought = {"client_id": "web", "request_uri": PREFIX + reference}
    assert is_refused_locally(signed_in.get("/authorize", brought))


@pytest.mark.spec("RFC 9126 2.1")
def test_the_endpoint_takes_post_only(web: RelyingParty) -> None:
    response = Browser(web.app).get("/par", web.request())
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert response.get_json()["error"] == "invalid_request"


@pytest.mark.spec("RFC 9126 2.1")
def test_a_reference_cannot_be_pushed(web: RelyingParty) -> None:
    response = web.ask("/par", **web.request(), request_uri=f"{PREFIX}{'x' * 43}")
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_request")


@pytest.mark.spec("RFC 9101 10.2")
@pytest.mark.spec("RFC 9126 2.1")
@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({}, {"Authorization": basic("web", "wrong")}),
        ({}, {"Authorization": basic("post", PORTAL_SECRET)}),
        ({"client_secret": PORTAL_SECRET}, {}),
        ({}, {}),
        ({"client_id": "post"}, {"Authorization": basic("web", PORTAL_SECRET)}),
    ],
)
def test_an_app_shows_who_it_is(web: RelyingParty, form: dict[str, str], headers: dict[str, str]) -> None:
    response = web.send("/par", web.request() | form, **headers)
    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_client")


BROKEN: tuple[tuple[dict[str, Any], str], ...] = (
    ({"redirect_uri": "https://web.example/callback/"}, "invalid_request"),
    ({"redirect_uri": None}, "invalid_request"),
    ({"response_type": None}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"scope": "unknown"}, "invalid_scope"),
    ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"claims": "{"}, "invalid_request"),
    ({"id_token_hint": "x.y.z"}, "invalid_request"),
    ({"registration": "{}"}, "registration_not_supported"),
)


@pytest.mark.spec("RFC 9126 7.2")
@pytest.mark.spec("RFC 9126 2.1")
@pytest.mark.spec("RFC 9126 2.3")
@pytest.mark.parametrize(("changes", "error"), BROKEN)
def test_the_checks_are_those_of_the_authorization_endpoint(
    web: RelyingParty, changes: dict[str, str | None], error: str
) -> None:
    response = push(web, **changes)
    assert (response.status_code, response.get_json()["error"]) == (400, error)
    assert set(response.get_json()) == {"error", "error_description"}


@pytest.mark.spec("RFC 9126 3")
@pytest.mark.threat("T-63")
def test_a_parameter_that_is_there_twice_is_refused(web: RelyingParty) -> None:
    form = urlencode([*web.request().items(), ("state", "another")])
    response = web.send("/par", form, Authorization=basic("web", PORTAL_SECRET))
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_request")


@pytest.mark.spec("RFC 9126 6")
def test_an_app_may_be_held_to_pushing(party: Party, signed_in: Browser) -> None:
    relying = party("pushing")
    answer = answer_of(relying.authorize(signed_in))
    assert (answer["error"], answer["state"]) == ("invalid_request", "a state")
    assert "code" in answer_of(signed_in.get("/authorize", pushed(relying)))
    assert is_refused_locally(relying.authorize(signed_in, redirect_uri="https://evil.example/"))


@pytest.mark.spec("RFC 9126 4")
def test_a_browser_may_post_the_reference(web: RelyingParty, signed_in: Browser) -> None:
    signed_in.get("/sign-in")
    assert "code" in answer_of(signed_in.post("/authorize", pushed(web)))


@pytest.mark.spec("Form Post 2")
def test_the_pushed_response_mode_holds(web: RelyingParty, signed_in: Browser) -> None:
    action, fields = form_of(signed_in.get("/authorize", pushed(web, response_mode="form_post")))
    assert (action, set(fields)) == ("https://web.example/callback", {"code", "state", "iss"})


@pytest.mark.spec("OIDC Core 6.2")
@pytest.mark.threat("T-59")
@pytest.mark.parametrize("uri", ["https://evil.example/request", "http://169.254.169.254/", "file:///etc/passwd"])
def test_no_other_address_is_fetched(web: RelyingParty, signed_in: Browser, uri: str) -> None:
    assert answer_of(web.authorize(signed_in, request_uri=uri))["error"] == "request_uri_not_supported"


@pytest.mark.spec("RFC 9126 5")
def test_the_metadata_say_where(web: RelyingParty) -> None:
    document = Browser(web.app).get("/.well-known/openid-configuration").get_json()
    assert document["pushed_authorization_request_endpoint"] == f"{ISSUER}/par"
    assert document["require_pushed_authorization_requests"] is False
