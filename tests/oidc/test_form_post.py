"""OAuth 2.0 Form Post Response Mode."""

import re

import pytest

from tests.oidc.conftest import Party
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of, form_of, is_refused_locally


@pytest.mark.spec("Form Post 2")
def test_the_answer_is_a_form_that_sends_itself_and_has_a_button(web: RelyingParty, signed_in: Browser) -> None:
    response = web.authorize(signed_in, response_mode="form_post")
    action, fields = form_of(response)
    assert action == "https://web.example/callback"
    assert set(fields) == {"code", "state", "iss"}
    assert (fields["state"], fields["iss"]) == ("a state", ISSUER)
    assert "Location" not in response.headers
    assert response.text.count("<form") == 1
    assert re.search(r"<button[^>]*>[^<]+</button>", response.text)
    assert web.redeem(fields["code"]).status_code == 200


@pytest.mark.spec("Form Post 2")
@pytest.mark.threat("T-36")
@pytest.mark.spec("Form Post 4")
def test_its_page_lets_one_script_run_and_one_app_be_reached(web: RelyingParty, signed_in: Browser) -> None:
    response = web.authorize(signed_in, response_mode="form_post")
    policy = response.headers["Content-Security-Policy"]
    nonces = set(re.findall(r'<script[^>]*nonce="([^"]+)"', response.text))
    assert re.findall(r"script-src ([^;]+)", policy) == [f"'nonce-{nonce}'" for nonce in nonces]
    assert len(re.findall(r"<script", response.text)) == len(re.findall(r"<script[^>]*nonce=", response.text))
    assert policy.endswith("; form-action https://web.example")
    assert "unsafe" not in policy
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.threat("T-36")
@pytest.mark.parametrize(
    "state",
    ['"><script>alert(1)</script>', "' onfocus='alert(1)", "</form><form action='https://evil.example'>", "&quot;<"],
)
def test_state_cannot_leave_its_field(web: RelyingParty, signed_in: Browser, state: str) -> None:
    usual = web.authorize(signed_in, response_mode="form_post").text
    response = web.authorize(signed_in, response_mode="form_post", state=state)
    assert form_of(response)[1]["state"] == state
    for part in ("<script", "<form", "<input"):
        assert response.text.count(part) == usual.count(part)


@pytest.mark.threat("T-36")
@pytest.mark.threat("T-75")
def test_state_that_fits_no_form_is_refused(web: RelyingParty, signed_in: Browser) -> None:
    for state in ("\x00", "a\nb", "a\r\nb", "\x7f", "s" * 4097):
        assert is_refused_locally(web.authorize(signed_in, response_mode="form_post", state=state)), state[:5]
    assert signed_in.post("/authorize", web.request(state="s" * 100_000)).status_code == 413


@pytest.mark.spec("Form Post 2")
def test_errors_come_by_form_too(web: RelyingParty, stranger: Browser) -> None:
    action, fields = form_of(web.authorize(stranger, response_mode="form_post", prompt="none"))
    assert action == "https://web.example/callback"
    assert fields["error"] == "login_required"
    assert set(fields) == {"error", "error_description", "state", "iss"}


def test_an_app_on_a_device_cannot_take_a_form(party: Party, signed_in: Browser) -> None:
    answer = answer_of(party("phone").authorize(signed_in, response_mode="form_post"))
    assert answer["error"] == "invalid_request"
