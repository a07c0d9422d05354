"""RFC 9701: introspection answers as signed JWTs."""

import pytest
from werkzeug.test import TestResponse

from tests.conftest import PORTAL_SECRET, START
from tests.oidc.conftest import Party
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, basic

SIGNED = "application/token-introspection+jwt"


def introspect(web: RelyingParty, token: str, accept: str) -> TestResponse:
    header = {"Authorization": basic("web", PORTAL_SECRET), "Accept": accept}
    return web.send("/introspect", {"token": token}, **header)


@pytest.mark.spec("FAPI 2.0 Message Signing 5.5.1")
@pytest.mark.spec("RFC 9701 5")
def test_the_answer_is_signed_for_whom_asked(web: RelyingParty, signed_in: Browser) -> None:
    token = web.tokens(signed_in)["access_token"]
    response = introspect(web, token, SIGNED)
    assert (response.status_code, response.headers["Content-Type"]) == (200, SIGNED)
    assert "Accept" in response.headers["Vary"]
    signed = web.read(response.text)
    assert signed.header["typ"] == "token-introspection+jwt"
    assert signed.claims == {
        "iss": ISSUER,
        "aud": "web",
        "iat": int(START.timestamp()),
        "token_introspection": web.introspect(token).get_json(),
    }


@pytest.mark.spec("RFC 9701 5")
def test_an_inactive_token_has_no_more_than_that(web: RelyingParty, party: Party, signed_in: Browser) -> None:
    for token in ("x" * 43, party("post").tokens(signed_in)["access_token"]):
        told = web.claims(introspect(web, token, SIGNED).text)
        assert told["token_introspection"] == {"active": False}


@pytest.mark.spec("RFC 9701 4")
@pytest.mark.parametrize(
    ("accept", "mimetype"),
    [
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
        ("text/html", "application/json"),
        (f"{SIGNED};q=0.5, application/json", "application/json"),
        (f"{SIGNED}, application/json;q=0.5", SIGNED),
        (f"{SIGNED}, */*;q=0.1", SIGNED),
    ],
)
def test_json_is_the_answer_unless_a_signature_is_wanted(web: RelyingParty, accept: str, mimetype: str) -> None:
    assert introspect(web, "x" * 43, accept).mimetype == mimetype


@pytest.mark.spec("RFC 9701 5")
def test_whoever_shows_nothing_gets_no_signed_answer(web: RelyingParty) -> None:
    asked = {"token": "x" * 43}
    for form in (asked, asked | {"client_id": "web"}):
        response = web.send("/introspect", form, Accept=SIGNED)
        assert (response.status_code, response.get_json()["error"]) == (400, "invalid_client")
    wrong = web.send("/introspect", asked, Accept=SIGNED, Authorization=basic("web", "wrong"))
    assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (401, 'Basic realm="paris"')


@pytest.mark.threat("T-60")
@pytest.mark.spec("RFC 9701 8.1")
def test_a_signed_answer_is_no_token(web: RelyingParty, signed_in: Browser) -> None:
    answer = introspect(web, web.tokens(signed_in)["access_token"], SIGNED).text
    assert web.userinfo(answer).status_code == 401
    assert web.introspect(answer).get_json() == {"active": False}
