"""OpenID Connect Core §5.5.1.1: apps that insist on how sure we are of a person."""

import json
from typing import Any

import pytest
from sqlalchemy import update

from idp.models import Account, BrowserSession
from tests.conftest import MakeWork
from tests.oidc.conftest import open_session
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of
from tests.oidc.test_journeys import resume_of
from tests.oidc.test_rfc6749_token_endpoint import error_of


def asking(**request: Any) -> str:
    """Compose the claims parameter."""
    return json.dumps({"id_token": {"acr": request}})


@pytest.mark.spec("OIDC Core 5.5.1.1")
@pytest.mark.parametrize(
    "request_of_acr",
    [{"essential": True}, {"essential": True, "value": "1"}, {"essential": True, "values": ["2", "1"]}],
)
def test_what_can_be_reached_is_given(web: RelyingParty, signed_in: Browser, request_of_acr: dict[str, Any]) -> None:
    tokens = web.tokens(signed_in, claims=asking(**request_of_acr))
    assert web.claims(tokens["id_token"])["acr"] == "1"


@pytest.mark.spec("OIDC Core 5.5.1.1")
@pytest.mark.parametrize("values", [["2"], ["urn:unheard:of", ""], ["1 "]])
def test_what_nobody_can_reach_is_refused_before_anybody_is_asked(
    web: RelyingParty, signed_in: Browser, stranger: Browser, values: list[str]
) -> None:
    claims = asking(essential=True, values=values)
    for browser in (signed_in, stranger):
        answer = answer_of(web.authorize(browser, claims=claims))
        assert (answer["error"], answer["state"]) == ("unmet_authentication_requirements", "a state")
        assert answer["iss"] == ISSUER
    pushed = web.ask("/par", **web.request(claims=claims))
    assert (pushed.status_code, error_of(pushed)) == (400, "unmet_authentication_requirements")


@pytest.mark.spec("OIDC Core 5.5.1.1")
def test_a_mere_wish_refuses_nothing(web: RelyingParty, signed_in: Browser) -> None:
    for wish in (
        {"claims": asking(values=["2"])},
        {"acr_values": "2 3"},
        {"claims": asking(essential=False, value="2")},
    ):
        tokens = web.tokens(signed_in, **wish)
        assert web.claims(tokens["id_token"])["acr"] == "1"


@pytest.mark.spec("OIDC Core 5.5.1.1")
def test_a_session_of_another_level_is_asked_to_step_up(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, account: Account
) -> None:
    work = make_work()
    work.db.execute(update(BrowserSession).values(amr=[]))
    work.db.commit()
    claims = asking(essential=True, value="1")
    assert "code" in answer_of(web.authorize(signed_in))
    assert answer_of(web.authorize(signed_in, claims=claims, prompt="none"))["error"] == "login_required"
    page = web.authorize(signed_in, claims=claims)
    assert page.location.startswith("/paris/sign-in?journey=")
    assert signed_in.follow(page).status_code == 200
    open_session(signed_in, make_work, account, in_place_of=signed_in)
    tokens = web.redeem(answer_of(signed_in.get(resume_of(page.location)))["code"]).get_json()
    assert web.claims(tokens["id_token"])["acr"] == "1"
