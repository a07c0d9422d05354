"""What modules of the conformance suite look at and no test of a single specification does."""

import pytest
from pydantic import ValidationError

from idp.models import Account
from idp.settings.client import Client
from tests.conftest import START, HandClock, MakeWork
from tests.oidc.conftest import open_session
from tests.oidc.relying_party import Browser, RelyingParty, answer_of

NOW = int(START.timestamp())


@pytest.mark.conformance("oidcc-display-page", "oidcc-display-popup")
@pytest.mark.parametrize("display", ["page", "popup"])
def test_any_display_leads_to_the_page_and_to_the_app(
    web: RelyingParty, signed_in: Browser, stranger: Browser, display: str
) -> None:
    assert stranger.follow(web.authorize(stranger, display=display)).status_code == 200
    assert "id_token" in web.tokens(signed_in, display=display)


@pytest.mark.conformance("oidcc-alternate-happy-flow")
def test_neither_scopes_nor_parameters_have_an_order(web: RelyingParty, signed_in: Browser) -> None:
    backwards = dict(reversed(web.request(scope="email profile openid").items()))
    code = answer_of(signed_in.get("/authorize", backwards))["code"]
    tokens = web.redeem(code).get_json()
    assert set(tokens["scope"].split()) == {"openid", "profile", "email"}
    assert web.claims(tokens["id_token"])["nonce"] == "a nonce"


@pytest.mark.conformance("oidcc-max-age-1")
def test_the_sign_in_that_max_age_asked_for_is_later(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, account: Account, clock: HandClock
) -> None:
    assert web.claims(web.tokens(signed_in)["id_token"])["auth_time"] == NOW
    clock.forward(seconds=2)
    asked = web.authorize(signed_in, max_age="1")
    open_session(signed_in, make_work, account)
    resume = asked.location.removeprefix("/paris").replace("/sign-in", "/authorize/resume")
    claims = web.claims(web.redeem(answer_of(signed_in.get(resume))["code"]).get_json()["id_token"])
    assert claims["auth_time"] == NOW + 2


@pytest.mark.conformance("oidcc-idtoken-unsigned")
@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_no_app_gets_id_tokens_that_anybody_could_write(stranger: Browser, alg: str) -> None:
    offered = stranger.get("/.well-known/openid-configuration").get_json()
    assert alg not in offered["id_token_signing_alg_values_supported"]
    with pytest.raises(ValidationError, match="signing_alg"):
        Client.model_validate(
            {"client_id": "a", "name": "A", "redirect_uris": ["https://a.example/"], "signing_alg": alg}
        )
