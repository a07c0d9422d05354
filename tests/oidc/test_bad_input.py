"""Input that no app sends: refused in words, quickly, and nothing changed."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from idp.models import AuthorizationCode, Event, Grant, Journey
from tests.conftest import PORTAL_SECRET, MakeWork
from tests.effort import little_work
from tests.oidc.relying_party import Browser, RelyingParty, answer_of, basic, is_refused_locally

UNSTORABLE = ("\x00", "a\x00b", "\x01", "\x1b[31m", "a\r\nb", "\x7f", "\x85")
BROKEN_TEXT = ("%ff", "%c3%28", "%ed%a0%80", "%f5%80%80%80")


def rows(make_work: MakeWork) -> list[int | None]:
    work = make_work()
    counts = [work.db.scalar(select(func.count()).select_from(table)) for table in TABLES]
    work.db.commit()
    return counts


TABLES = (AuthorizationCode, Event, Grant, Journey)
PARAMETERS = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "login_hint",
    "ui_locales",
    "id_token_hint",
    "claims",
    "code_challenge",
    "response_mode",
    "acr_values",
    "display",
)


@pytest.mark.spec("RFC 6749 10.14")
@pytest.mark.threat("T-76")
@pytest.mark.parametrize("name", PARAMETERS)
def test_unstorable_text_is_refused_at_the_authorization_endpoint(
    web: RelyingParty, signed_in: Browser, stranger: Browser, make_work: MakeWork, name: str
) -> None:
    before = rows(make_work)
    for value in UNSTORABLE:
        if name == "claims" and not set(value) - set("ab\r\n"):
            continue
        for browser in (signed_in, stranger):
            assert is_refused_locally(web.authorize(browser, **{name: value})), value
    rest = "&".join(f"{key}={quote(value)}" for key, value in web.request().items() if key != name)
    for value in BROKEN_TEXT:
        assert is_refused_locally(stranger.get(f"/authorize?{rest}&{name}={value}")), value
    assert rows(make_work) == before


@pytest.mark.threat("T-76")
@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope"])
def test_unstorable_text_is_refused_at_the_token_endpoint(web: RelyingParty, name: str) -> None:
    for value in (*map(quote, UNSTORABLE), *BROKEN_TEXT):
        form = f"grant_type=refresh_token&refresh_token=x&code=x&{name}={value}"
        form = "&".join(part for part in form.split("&") if not part.startswith(f"{name}=") or part.endswith(value))
        response = web.send("/token", form, Authorization=basic("web", PORTAL_SECRET))
        assert (response.status_code, response.get_json()["error"]) == (400, "invalid_request"), value


@pytest.mark.threat("T-75")
def test_odd_secrets_and_tokens_are_nobodys(web: RelyingParty) -> None:
    for secret in ("", "\x00", "é", "\U0001f600", "x" * 100_000):
        headers = {"Authorization": basic("web", secret)}
        assert web.send("/token", {"grant_type": "refresh_token"}, **headers).status_code == 401
    for token in ("x", "x" * 43, "é" * 43, "x" * 4097):
        assert web.refresh(token).get_json()["error"] in ("invalid_grant", "invalid_request")
        assert web.redeem(token).get_json()["error"] in ("invalid_grant", "invalid_request")


BOMBS = (
    "[" * 4000,
    '{"userinfo":' * 330,
    '{"userinfo": {"email": ' + "[" * 3000 + "]" * 3000,
    '{"userinfo": ' + "9" * 4000 + "}",
    '{"userinfo": {"' + "a" * 4000 + '": null}}',
    '"' + "\\" * 4000,
    "{" + ",".join(f'"a{number}":1' for number in range(400)) + "}",
)


@pytest.mark.threat("T-75")
def test_claims_that_are_bombs_are_refused_with_little_work(web: RelyingParty, signed_in: Browser) -> None:
    for bomb in BOMBS:
        with little_work(bomb[:30]):
            response = web.authorize(signed_in, claims=bomb)
        assert is_refused_locally(response) or "error" in answer_of(response) or "code" in answer_of(response)


@pytest.mark.threat("T-75")
def test_claims_by_post_are_bounded_too(web: RelyingParty, stranger: Browser) -> None:
    for claims in ("[" * 15_000, '{"a":' * 4_000):
        assert is_refused_locally(stranger.post("/authorize", web.request(claims=claims)))


def oversized(web: RelyingParty, browser: Browser) -> Iterator[tuple[str, TestResponse]]:
    yield "value", web.authorize(browser, state="s" * 4097)
    yield "query", web.authorize(browser, state="s" * 4000, nonce="n" * 4000, extra="e" * 1000)
    yield "fields", browser.get("/authorize", {f"field{number}": "x" for number in range(100)} | web.request())
    yield "body", browser.post("/authorize", web.request(state="s" * 70_000))
    yield "type", browser.cookies.post("/paris/authorize", json=web.request(), base_url="http://localhost:8000")


@pytest.mark.threat("T-75")
def test_too_much_is_refused(web: RelyingParty, signed_in: Browser, make_work: MakeWork) -> None:
    before = rows(make_work)
    for what, response in oversized(web, signed_in):
        assert response.status_code in (400, 413), what
        assert "Location" not in response.headers, what
    assert rows(make_work) == before


@pytest.mark.threat("T-75")
def test_too_much_at_the_token_endpoint_is_an_error_in_json(web: RelyingParty) -> None:
    response = web.send("/token", "x" * 70_000, Authorization=basic("web", PORTAL_SECRET))
    assert (response.status_code, response.get_json()["error"]) == (413, "invalid_request")
    many = "&".join(f"a{number}=1" for number in range(100))
    response = web.send("/token", many, Authorization=basic("web", PORTAL_SECRET))
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_request")


@pytest.mark.spec("RFC 6749 10.14")
@pytest.mark.threat("T-35")
def test_pages_repeat_nothing_of_what_was_sent(web: RelyingParty, stranger: Browser) -> None:
    payload = '"><script>alert(1)</script>'
    for name in ("client_id", "redirect_uri", "state", "login_hint", "ui_locales"):
        response = web.authorize(stranger, **{name: payload, "response_type": "code"})
        assert payload not in response.text
        assert payload not in response.headers.get("Location", "")
