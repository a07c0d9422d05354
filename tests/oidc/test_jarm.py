"""JARM: authorization responses as signed tokens."""

import re

import pytest

from tests.conftest import HandClock
from tests.oidc.conftest import Party
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of, form_of, is_refused_locally
from tests.oidc.test_journeys import cancel_on, token_of


@pytest.mark.spec("JARM 2.2")
@pytest.mark.spec("RFC 9207 2")
@pytest.mark.spec("JARM 2.1")
@pytest.mark.spec("JARM 2.3.1")
@pytest.mark.threat("T-53")
@pytest.mark.parametrize("mode", ["jwt", "query.jwt"])
@pytest.mark.parametrize("client_id", ["web", "post", "script", "phone"])
def test_the_answer_is_one_signed_token(
    party: Party, signed_in: Browser, clock: HandClock, client_id: str, mode: str
) -> None:
    relying = party(client_id)
    answer = answer_of(relying.authorize(signed_in, response_mode=mode))
    assert set(answer) == {"response"}
    read = relying.read(answer["response"])
    assert read.header["alg"] == relying.client.signing_alg
    code = read.claims.pop("code")
    assert read.claims == {
        "iss": ISSUER,
        "aud": client_id,
        "exp": int(clock.now.timestamp()) + 60,
        "state": "a state",
    }
    assert relying.redeem(code).status_code == 200


@pytest.mark.spec("JARM 2.3.3")
def test_it_comes_by_form_too(web: RelyingParty, signed_in: Browser) -> None:
    response = web.authorize(signed_in, response_mode="form_post.jwt")
    action, fields = form_of(response)
    assert (action, set(fields)) == ("https://web.example/callback", {"response"})
    assert web.redeem(web.claims(fields["response"])["code"]).status_code == 200
    assert "code" not in dict(re.findall(r'name="([^"]*)" value="([^"]*)"', response.text))


@pytest.mark.spec("JARM 2.1")
def test_errors_are_signed_as_well(web: RelyingParty, stranger: Browser) -> None:
    for changes, error in (
        ({"prompt": "none"}, "login_required"),
        ({"scope": "nothing"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ):
        answer = answer_of(web.authorize(stranger, response_mode="jwt", **changes))
        assert set(answer) == {"response"}
        claims = web.claims(answer["response"])
        assert (claims["error"], claims["state"], claims["aud"]) == (error, "a state", "web")


@pytest.mark.spec("JARM 2.1")
def test_a_cancellation_is_signed_as_well(web: RelyingParty, stranger: Browser) -> None:
    page = stranger.follow(web.authorize(stranger, response_mode="jwt"))
    answer = answer_of(stranger.post(cancel_on(page) or "", {"csrf_token": token_of(page)}))
    assert web.claims(answer["response"])["error"] == "access_denied"


@pytest.mark.spec("JARM 2.3")
def test_other_ways_are_refused(web: RelyingParty, party: Party, signed_in: Browser) -> None:
    assert answer_of(web.authorize(signed_in, response_mode="fragment.jwt"))["error"] == "invalid_request"
    phone = party("phone")
    answer = answer_of(phone.authorize(signed_in, response_mode="form_post.jwt"))
    assert phone.claims(answer["response"])["error"] == "invalid_request"


@pytest.mark.threat("T-54")
def test_nothing_is_signed_for_an_address_that_is_not_known(web: RelyingParty, signed_in: Browser) -> None:
    evil = {"redirect_uri": "https://evil.example/", "response_mode": "jwt"}
    assert is_refused_locally(web.authorize(signed_in, **evil))


@pytest.mark.threat("T-60")
def test_an_answer_is_good_for_nothing_else(web: RelyingParty, signed_in: Browser) -> None:
    response = answer_of(web.authorize(signed_in, response_mode="jwt"))["response"]
    assert web.userinfo(response).status_code == 401
    assert answer_of(web.authorize(signed_in, id_token_hint=response))["error"] == "invalid_request"


@pytest.mark.spec("JARM 4")
def test_the_metadata_say_so(web: RelyingParty) -> None:
    document = Browser(web.app).get("/.well-known/openid-configuration").get_json()
    assert {"jwt", "query.jwt", "form_post.jwt"} <= set(document["response_modes_supported"])
    assert web.client.signing_alg in document["authorization_signing_alg_values_supported"]
