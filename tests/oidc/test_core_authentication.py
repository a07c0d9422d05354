"""OpenID Connect Core 1.0 §3.1.2: who is asked to sign in, when, and what the app hears of it."""

import re

import pytest
from flask import Flask

from idp.models import Account
from tests.conftest import START, HandClock, MakeWork
from tests.oidc.conftest import Party, open_session
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of, is_refused_locally
from tests.people import add_account, add_holder

NOW = int(START.timestamp())


def is_asked_to_sign_in(browser: Browser, relying: RelyingParty, **changes: str | None) -> bool:
    response = relying.authorize(browser, **changes)
    return response.status_code == 303 and response.location.startswith("/paris/sign-in?journey=")


@pytest.mark.spec("OIDC Core 3.1.2.3")
@pytest.mark.spec("RFC 9700 4.11.2")
@pytest.mark.conformance("oidcc-prompt-none-not-logged-in")
@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_prompt_none_without_a_session_is_answered_with_login_required(web: RelyingParty, stranger: Browser) -> None:
    answer = answer_of(web.authorize(stranger, prompt="none"))
    assert (answer["error"], answer["state"], answer["iss"]) == ("login_required", "a state", ISSUER)


@pytest.mark.spec("OIDC Core 15.1")
@pytest.mark.spec("OIDC Core 3.1.2.3")
@pytest.mark.conformance("oidcc-prompt-none-logged-in")
@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_prompt_none_with_a_session_is_silent(
    web: RelyingParty, party: Party, signed_in: Browser, clock: HandClock
) -> None:
    first = web.claims(web.tokens(signed_in)["id_token"])
    clock.forward(minutes=30)
    second = web.claims(web.tokens(signed_in, prompt="none")["id_token"])
    other = party("post").claims(party("post").tokens(signed_in, prompt="none")["id_token"])
    for claims in (second, other):
        assert (claims["sub"], claims["auth_time"], claims["sid"]) == (first["sub"], NOW, first["sid"])
    assert second["iat"] == NOW + 1800


@pytest.mark.spec("OIDC Core 3.1.2.3")
@pytest.mark.spec("OIDC Core 3.1.2.1")
@pytest.mark.parametrize("prompt", ["login", "select_account", "login consent", "consent select_account"])
def test_prompts_for_a_new_sign_in(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, account: Account, prompt: str
) -> None:
    asked = web.authorize(signed_in, prompt=prompt)
    assert asked.location.startswith("/paris/sign-in?journey=")
    resume = asked.location.removeprefix("/paris").replace("/sign-in", "/authorize/resume")
    # The session that was there before does not count, although it is of the same second.
    assert signed_in.get(resume).location == asked.location
    open_session(signed_in, make_work, account)
    assert "code" in answer_of(signed_in.get(resume))


@pytest.mark.spec("OIDC Core 15.1")
@pytest.mark.conformance("oidcc-prompt-login")
@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_prompt_login_moves_auth_time(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, account: Account, clock: HandClock
) -> None:
    clock.forward(minutes=5)
    asked = web.authorize(signed_in, prompt="login")
    clock.forward(seconds=30)
    open_session(signed_in, make_work, account)
    resume = asked.location.removeprefix("/paris").replace("/sign-in", "/authorize/resume")
    claims = web.claims(web.redeem(answer_of(signed_in.get(resume))["code"]).get_json()["id_token"])
    assert claims["auth_time"] == NOW + 330


@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_prompt_consent_needs_none_for_the_landlords_own_apps(web: RelyingParty, signed_in: Browser) -> None:
    assert "code" in answer_of(web.authorize(signed_in, prompt="consent"))


@pytest.mark.spec("Initiating User Registration 4.1")
def test_prompt_create_opens_the_first_connection(web: RelyingParty, signed_in: Browser, stranger: Browser) -> None:
    for browser in (signed_in, stranger):
        response = web.authorize(browser, prompt="create")
        assert response.status_code == 303
        assert response.location.startswith("/paris/first-connection?journey=")


@pytest.mark.spec("Initiating User Registration 4.1")
@pytest.mark.spec("OIDC Core 3.1.2.2")
@pytest.mark.spec("OIDC Core 6.2")
@pytest.mark.spec("RFC 6749 3.3")
@pytest.mark.conformance("oidcc-response-type-missing")
@pytest.mark.conformance("oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported")
@pytest.mark.spec("OIDC Core 3.1.2.1")
@pytest.mark.spec("RFC 6749 3.1.1")
@pytest.mark.spec("RFC 6749 4.1.2.1")
@pytest.mark.spec("RFC 9700 2.1.2")
@pytest.mark.spec("OIDC Core 3.1.2.6")
def test_requests_that_cannot_be_answered(web: RelyingParty, signed_in: Browser) -> None:
    faults: list[tuple[dict[str, str | None], str]] = [
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "unheard_of"}, "invalid_request"),
        ({"response_type": None}, "invalid_request"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "code code"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "fragment.jwt"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "unheard_of"}, "invalid_scope"),
        ({"nonce": "n" * 1001}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "https://web.example/request.jwt"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"id_token_hint": "e30.e30."}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
    ]
    for changes, error in faults:
        response = web.authorize(signed_in, **changes)
        assert response.location.startswith("https://web.example/callback?error="), changes
        answer = answer_of(response)
        assert set(answer) == {"error", "error_description", "state", "iss"}
        assert (answer["error"], answer["state"], answer["iss"]) == (error, "a state", ISSUER), changes
        assert re.fullmatch(r"[ !#-\[\]-~]+", answer["error"] + answer["error_description"])


@pytest.mark.conformance(
    "oidcc-ensure-request-with-unknown-parameter-succeeds",
    "oidcc-ui-locales",
    "oidcc-claims-locales",
)
@pytest.mark.spec("OIDC Core 15.1")
@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_wishes_never_fail_a_request(web: RelyingParty, signed_in: Browser) -> None:
    wishes = {
        "display": "hologram",
        "ui_locales": "tlh x-klingon fr " + "xx " * 300,
        "claims_locales": "tlh",
        "acr_values": "urn:unheard:of 1",
        "login_hint": "h" * 4000,
        "extra": "foobar",
    }
    for name, value in wishes.items():
        assert "code" in answer_of(web.authorize(signed_in, **{name: value})), name


@pytest.mark.conformance("oidcc-ensure-request-with-acr-values-succeeds")
@pytest.mark.spec("OIDC Core 2")
def test_the_acr_that_is_offered_is_given_when_asked_for(web: RelyingParty, signed_in: Browser) -> None:
    offered = signed_in.get("/.well-known/openid-configuration").get_json()["acr_values_supported"]
    tokens = web.tokens(signed_in, acr_values=" ".join(offered))
    assert web.claims(tokens["id_token"])["acr"] in offered


@pytest.mark.spec("OIDC Core 15.1")
@pytest.mark.spec("OIDC Core 2")
@pytest.mark.conformance("oidcc-max-age-1")
@pytest.mark.conformance("oidcc-max-age-10000")
@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_max_age_asks_again_when_the_sign_in_is_older(
    web: RelyingParty, signed_in: Browser, clock: HandClock
) -> None:
    assert not is_asked_to_sign_in(signed_in, web, max_age="1")
    clock.forward(seconds=2)
    assert is_asked_to_sign_in(signed_in, web, max_age="1")
    assert answer_of(web.authorize(signed_in, max_age="1", prompt="none"))["error"] == "login_required"
    for _ in range(2):
        claims = web.claims(web.tokens(signed_in, max_age="15000")["id_token"])
        assert claims["auth_time"] == NOW
        clock.forward(minutes=1)


@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_max_age_zero_always_asks(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, account: Account
) -> None:
    asked = web.authorize(signed_in, max_age="0")
    assert asked.location.startswith("/paris/sign-in?journey=")
    resume = asked.location.removeprefix("/paris").replace("/sign-in", "/authorize/resume")
    assert signed_in.get(resume).location == asked.location
    open_session(signed_in, make_work, account)
    assert "code" in answer_of(signed_in.get(resume))


@pytest.mark.threat("T-75")
@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_max_age_is_plain_digits(web: RelyingParty, signed_in: Browser) -> None:
    for age in ("-1", "+5", " 10 ", "1_0", "١٠", "1.5", "1e3", "ten", "9" * 10, "0x10", "²"):
        assert answer_of(web.authorize(signed_in, max_age=age))["error"] == "invalid_request", age
    assert "code" in answer_of(web.authorize(signed_in, max_age="9" * 9))


@pytest.mark.conformance("oidcc-id-token-hint")
@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_an_id_token_hint_of_the_person_who_is_signed_in_is_silent(
    web: RelyingParty, signed_in: Browser, clock: HandClock
) -> None:
    hint = web.tokens(signed_in)["id_token"]
    clock.forward(minutes=50)  # it has expired since
    assert "code" in answer_of(web.authorize(signed_in, prompt="none", id_token_hint=hint))


@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_a_hint_of_somebody_else_asks_for_them(
    app: Flask, web: RelyingParty, signed_in: Browser, make_work: MakeWork, account: Account
) -> None:
    work = make_work()
    other = add_account(work, add_holder(work))
    work.db.commit()
    theirs = Browser(app)
    open_session(theirs, make_work, other)
    hint = web.tokens(theirs)["id_token"]
    answer = answer_of(web.authorize(signed_in, prompt="none", id_token_hint=hint))
    assert answer["error"] == "login_required"

    asked = web.authorize(signed_in, id_token_hint=hint)
    resume = asked.location.removeprefix("/paris").replace("/sign-in", "/authorize/resume")
    open_session(signed_in, make_work, account)
    assert answer_of(signed_in.get(resume))["error"] == "login_required"

    asked = web.authorize(signed_in, id_token_hint=hint)
    resume = asked.location.removeprefix("/paris").replace("/sign-in", "/authorize/resume")
    open_session(signed_in, make_work, other)
    assert "code" in answer_of(signed_in.get(resume))


@pytest.mark.spec("OIDC Core 3.1.2.2")
def test_hints_that_prove_nothing_are_refused(web: RelyingParty, party: Party, signed_in: Browser) -> None:
    tokens = web.tokens(signed_in)
    foreign = party("post").tokens(signed_in)["id_token"]
    for hint in (foreign, tokens["access_token"], tokens["id_token"][:-4], "x"):
        answer = answer_of(web.authorize(signed_in, id_token_hint=hint))
        assert answer["error"] == "invalid_request"


@pytest.mark.spec("OIDC Core 3.1.2.2")
@pytest.mark.spec("OIDC Core 5.5.1")
def test_a_request_for_one_subject_is_answered_by_that_person_only(
    web: RelyingParty, signed_in: Browser, account: Account
) -> None:
    mine = f'{{"id_token": {{"sub": {{"value": "{account.sub}"}}}}}}'
    assert "code" in answer_of(web.authorize(signed_in, claims=mine, prompt="none"))
    theirs = '{"id_token": {"sub": {"value": "somebody-else"}}}'
    assert answer_of(web.authorize(signed_in, claims=theirs, prompt="none"))["error"] == "login_required"
    assert is_asked_to_sign_in(signed_in, web, claims=theirs)


@pytest.mark.spec("OIDC Core 3.1.2.5")
@pytest.mark.spec("RFC 6749 4.1.2")
@pytest.mark.parametrize(
    "state",
    ["s" * 124 + "-._~", "a b+c%20d&e=f", "é€😀", "../?#[]@!$'()*,;", "0", '"><script>alert(1)</script>'],
)
def test_state_comes_back_as_it_was(web: RelyingParty, signed_in: Browser, state: str) -> None:
    assert answer_of(web.authorize(signed_in, state=state))["state"] == state
    assert answer_of(web.authorize(signed_in, state=state, scope=None))["state"] == state


@pytest.mark.spec("RFC 6749 4.1.2")
def test_no_state_no_state(web: RelyingParty, signed_in: Browser) -> None:
    assert set(answer_of(web.authorize(signed_in, state=None))) == {"code", "iss"}


@pytest.mark.spec("RFC 6749 3.1.2")
def test_a_redirect_uri_keeps_its_query(web: RelyingParty, signed_in: Browser) -> None:
    uri = "https://web.example/other?kept=1"
    response = web.authorize(signed_in, redirect_uri=uri)
    assert response.location.startswith(f"{uri}&code=")
    assert web.redeem(answer_of(response)["code"], redirect_uri=uri).status_code == 200


@pytest.mark.conformance("oidcc-ensure-post-request-succeeds")
@pytest.mark.spec("RFC 6749 3.1")
@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_a_request_may_come_by_post(web: RelyingParty, signed_in: Browser) -> None:
    signed_in.get("/sign-in")  # the browser has been here before
    assert "code" in answer_of(signed_in.post("/authorize", web.request()))


@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_a_post_from_another_site_comes_back_with_its_cookies(web: RelyingParty, signed_in: Browser) -> None:
    parameters = web.request(state="é & b", claims='{"userinfo": {"email": null}}')
    response = Browser(web.app).post("/authorize", parameters, **{"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 303
    assert response.location.startswith("/paris/authorize?")
    assert answer_of(signed_in.follow(response))["state"] == "é & b"
    assert is_refused_locally(Browser(web.app).post("/authorize", {"client_id": "nobody"}))


@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_pages_open_in_the_language_the_app_asks_for(web: RelyingParty, stranger: Browser) -> None:
    response = web.authorize(stranger, ui_locales="tlh EN-gb fr")
    assert response.location.endswith("&lang=en")
    assert '<html lang="en">' in stranger.follow(response).text


@pytest.mark.threat("T-64")
def test_what_the_app_sent_shows_in_no_address_of_ours(web: RelyingParty, stranger: Browser) -> None:
    location = web.authorize(stranger, login_hint="chloe@example.org").location
    assert location.count("=") == 1
    assert "chloe" not in location


@pytest.mark.conformance("oidcc-login-hint")
@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_the_identifier_the_app_knows_is_filled_in(web: RelyingParty, stranger: Browser) -> None:
    page = stranger.follow(web.authorize(stranger, login_hint="7000100"))
    assert 'value="7000100"' in page.text
    usual = stranger.follow(web.authorize(stranger))
    assert 'value="7000100"' not in usual.text
