"""OpenID Connect Core 1.0 §3.1: the authorization code flow."""

import pytest

from idp.models import Account
from tests.conftest import START
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of


@pytest.mark.spec("RFC 6749 3.1")
@pytest.mark.spec("OIDC Core 3.1.2.5")
def test_somebody_who_is_signed_in_goes_straight_back_with_a_code(web: RelyingParty, signed_in: Browser) -> None:
    response = web.authorize(signed_in)
    assert response.location.startswith("https://web.example/callback?")
    answer = answer_of(response)
    assert set(answer) == {"code", "state", "iss"}
    assert (len(answer["code"]), answer["state"], answer["iss"]) == (43, "a state", ISSUER)


@pytest.mark.spec("OIDC Core 16.15")
@pytest.mark.conformance("oidcc-server")
@pytest.mark.spec("OIDC Core 2")
@pytest.mark.spec("OIDC Core 3.1.3.3")
def test_a_code_gives_an_access_token_and_an_id_token(
    web: RelyingParty, signed_in: Browser, account: Account
) -> None:
    response = web.redeem(web.code(signed_in))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    tokens = response.get_json()
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 600, "openid")
    assert "refresh_token" not in tokens
    claims = web.claims(tokens["id_token"])
    now = int(START.timestamp())
    assert claims["sub"] == account.sub
    assert claims["sub"].isascii()
    assert len(claims["sub"]) <= 255
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, "web", "a nonce")
    assert (claims["iat"], claims["exp"], claims["auth_time"]) == (now, now + 600, now)
    assert (claims["acr"], claims["amr"], len(claims["sid"])) == ("1", ["pwd"], 43)


@pytest.mark.spec("RFC 9700 4.11.2")
@pytest.mark.spec("RFC 6749 3.1")
@pytest.mark.spec("OIDC Core 3.1.2.3")
def test_somebody_who_is_not_signed_in_is_asked_to(web: RelyingParty, stranger: Browser) -> None:
    response = web.authorize(stranger)
    assert response.status_code == 303
    assert response.location.startswith("/paris/sign-in?journey=")
    assert stranger.follow(response).status_code == 200
