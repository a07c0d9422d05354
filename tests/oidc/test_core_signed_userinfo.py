"""OpenID Connect Core §5.3.2: userinfo answers as signed JWTs."""

import pytest

from idp.models import Account
from tests.oidc.conftest import Party
from tests.oidc.relying_party import HOST, ISSUER, NETWORK, Browser, RelyingParty, answer_of


@pytest.fixture
def salted(party: Party) -> RelyingParty:
    """An app that wants its answers signed, with another algorithm than its tokens."""
    return party("salted")


@pytest.mark.spec("OIDC Core 5.3.2")
def test_the_answer_is_signed_for_the_app(salted: RelyingParty, signed_in: Browser, account: Account) -> None:
    response = salted.userinfo(salted.tokens(signed_in, scope="openid email")["access_token"])
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/jwt")
    assert response.headers["Cache-Control"] == "no-store"
    token = salted.read(response.text)
    assert (token.header["alg"], token.header["typ"]) == ("ES256", "userinfo+jwt")
    assert token.claims == {
        "iss": ISSUER,
        "aud": "salted",
        "sub": account.sub,
        "email": account.email,
        "email_verified": True,
    }


@pytest.mark.spec("OIDC Core 5.3.2")
def test_other_apps_get_json(web: RelyingParty, signed_in: Browser) -> None:
    assert web.userinfo(web.tokens(signed_in)["access_token"]).mimetype == "application/json"


@pytest.mark.spec("OIDC Core 5.3.3")
def test_errors_are_not_signed(salted: RelyingParty) -> None:
    response = salted.userinfo("nothing")
    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_token")


@pytest.mark.threat("T-60")
@pytest.mark.spec("RFC 8725 3.11")
def test_a_signed_answer_is_no_token(salted: RelyingParty, signed_in: Browser) -> None:
    told = salted.userinfo(salted.tokens(signed_in)["access_token"]).text
    assert salted.userinfo(told).status_code == 401
    assert salted.introspect(told).get_json() == {"active": False}
    assert answer_of(salted.authorize(signed_in, id_token_hint=told))["error"] == "invalid_request"
    assert signed_in.get("/logout", {"id_token_hint": told}).location == "/paris/sign-out"


@pytest.mark.spec("OIDC Discovery 3")
def test_the_algorithms_are_advertised(salted: RelyingParty) -> None:
    address = "/paris/.well-known/openid-configuration"
    told = salted.app.test_client().get(address, base_url=HOST, environ_overrides=NETWORK).get_json()
    assert told["userinfo_signing_alg_values_supported"] == ["RS256", "ES256", "PS256", "Ed25519"]
