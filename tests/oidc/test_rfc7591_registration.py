"""RFC 7591: apps register themselves, with a token of the administrator's."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from idp.domain.client_metadata import Fault
from idp.domain.events import EventName
from idp.models import Event, RegisteredApp, RegistrationToken
from idp.services import app_registration
from idp.settings.client import Client
from idp.settings.registered_app import RegisteredApp as Settled
from idp.settings.root import Settings
from tests.conftest import START, HandClock, MakeWork
from tests.oidc.registering import METADATA, new_token, offering, relying, send
from tests.oidc.relying_party import HOST, ISSUER, NETWORK, Browser, RelyingParty, answer_of, is_refused_locally
from tests.oidc.test_core_consent import allow, asked

KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual apps, at a landlord where others may register."""
    return offering(settings)


@pytest.fixture
def token(make_work: MakeWork) -> str:
    return new_token(make_work)


def register(app: Flask, token: str | None, **changes: Any) -> Any:
    metadata = {name: value for name, value in (METADATA | changes).items() if value is not None}
    return send(app, "POST", "/register", token, metadata)


@pytest.mark.spec("OIDC Core 15.2")
@pytest.mark.spec("RFC 7591 2")
@pytest.mark.spec("RFC 7592 5")
@pytest.mark.spec("RFC 7591 3.2.1")
def test_an_app_registers_and_is_told_what_counts(app: Flask, token: str, make_work: MakeWork) -> None:
    response = register(app, token, unheard_of="x", client_uri="https://watts.example/")
    answer = response.get_json()
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    shown = {name: answer.pop(name) for name in ("client_id", "client_secret", "registration_access_token")}
    assert {len(shown[name]) for name in ("client_secret", "registration_access_token")} == {43}
    assert shown["client_id"].startswith("reg.")
    assert answer == {
        "client_id_issued_at": int(START.timestamp()),
        "client_secret_expires_at": 0,
        "registration_client_uri": f"{ISSUER}/register/{shown['client_id']}",
        "client_name": "Watts & Compagnie",
        "redirect_uris": ["https://watts.example/callback"],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "application_type": "web",
        "scope": "openid email",
        "id_token_signed_response_alg": "RS256",
        "require_pushed_authorization_requests": False,
        "require_signed_request_object": False,
        "dpop_bound_access_tokens": False,
    }
    work = make_work()
    stored = str(vars(work.db.scalars(select(RegisteredApp)).one()))
    assert not any(secret in stored for secret in list(shown.values())[1:])
    (event,) = work.db.scalars(select(Event).where(Event.name == EventName.APP_REGISTERED))
    assert event.client_id == shown["client_id"]


@pytest.mark.spec("RFC 7591 5")
@pytest.mark.spec("RFC 7591 3.2.1")
@pytest.mark.parametrize("auth", ["client_secret_basic", "client_secret_post", "none"])
def test_it_works_at_once_and_people_are_asked_first(app: Flask, token: str, signed_in: Browser, auth: str) -> None:
    changes = {
        "token_endpoint_auth_method": auth,
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid email offline_access",
    }
    answer = register(app, token, **changes).get_json()
    assert ("client_secret" in answer) == (auth != "none")
    party = relying(app, answer, auth)
    page = asked(signed_in, party.authorize(signed_in, scope="openid email"))
    assert "Watts &amp; Compagnie" in page.text
    code = answer_of(allow(signed_in, party.authorize(signed_in, scope="openid email offline_access")))["code"]
    tokens = party.redeem(code).get_json()
    assert party.userinfo(tokens["access_token"]).get_json()["email"] == "chloe@example.org"
    assert party.refresh(tokens["refresh_token"]).status_code == 200
    assert party.claims(tokens["id_token"])["aud"] == answer["client_id"]
    if auth != "none":
        assert party.introspect(tokens["access_token"]).get_json()["active"] is True
        party.secret = "wrong" * 9
        assert party.introspect(tokens["access_token"]).status_code == 401
    assert is_refused_locally(party.authorize(signed_in, redirect_uri="https://watts.example/callback/"))


@pytest.mark.spec("RFC 7591 3.2.2")
@pytest.mark.spec("RFC 7591 5")
@pytest.mark.threat("T-30")
@pytest.mark.spec("RFC 7591 2")
@pytest.mark.parametrize(
    "uris",
    [
        None,
        [],
        "https://watts.example/callback",
        ["http://watts.example/callback"],
        ["https://watts.example/*"],
        ["https://watts.example/callback#there"],
        ["https://user@watts.example/callback"],
        ["javascript:alert(1)"],
        ["//watts.example/"],
        ["https://watts.example/\u0000"],
        ["watts.example:/callback"],
        [7],
        ["https://watts.example/" + "x" * 500],
        [f"https://watts.example/{number}" for number in range(21)],
    ],
)
def test_redirect_uris_follow_the_rules_of_the_file(app: Flask, token: str, uris: Any) -> None:
    response = register(app, token, redirect_uris=uris)
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_redirect_uri")
    words = response.get_json()["error_description"]
    assert words.isascii()
    assert '"' not in words
    assert register(app, token).status_code == 201  # what was refused has used nothing up


@pytest.mark.spec("RFC 7591 5")
@pytest.mark.spec("RFC 9700 2.6")
@pytest.mark.parametrize(("kind", "error"), [("web", "invalid_redirect_uri"), ("native", "")])
def test_where_people_sign_in_over_https_codes_travel_over_it_too(
    make_work: MakeWork, settings: Settings, kind: str, error: str
) -> None:
    work = make_work()
    plain = {**METADATA, "application_type": kind, "redirect_uris": ["http://127.0.0.1/callback"]}
    assert not isinstance(app_registration.register(work, plain), Fault)
    landlord = settings.landlords["paris"].model_copy(update={"issuer": "https://login.example"})
    judged = app_registration.register(replace(work, landlord=landlord), plain)
    assert (judged.error if isinstance(judged, Fault) else "") == error


@pytest.mark.spec("OIDC Core 2")
@pytest.mark.spec("RFC 7591 2")
@pytest.mark.spec("RFC 7591 5")
@pytest.mark.spec("RFC 7591 3.2.2")
@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"token_endpoint_auth_method": "tls_client_auth"}, "auth"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "jwks"),
        ({"grant_types": ["client_credentials"]}, "grant"),
        ({"grant_types": ["authorization_code", "implicit"]}, "grant_types"),
        ({"grant_types": ["urn:ietf:params:oauth:grant-type:token-exchange"]}, "grant_types"),
        ({"response_types": ["token"]}, "response_types"),
        ({"scope": "openid phone"}, "phone"),
        ({"scope": "openid offline_access"}, "offline_access"),
        ({"scope": ["openid"]}, "scope"),
        ({"scope": "openid notices.read"}, "scopes"),
        ({"subject_type": "pairwise"}, "subject_type"),
        ({"id_token_signed_response_alg": "none"}, "signing_alg"),
        ({"id_token_encrypted_response_alg": "RSA-OAEP"}, "encrypted"),
        ({"application_type": "desktop"}, "application_type"),
        ({"jwks_uri": "https://watts.example/jwks"}, "jwks"),
        ({"jwks": {"keys": [{**KEY, "d": "x"}]}}, "secret half"),
        ({"backchannel_logout_uri": "https://watts.example/out"}, "administrator"),
        ({"frontchannel_logout_uri": "https://watts.example/out"}, "administrator"),
        ({"post_logout_redirect_uris": ["https://watts.example/\n"]}, "control"),
        ({"policy_uri": "javascript:alert(1)"}, "https"),
        ({"client_name": ""}, "name"),
        ({"client_name": "x" * 101}, "name"),
        ({"client_name": "Régie\u202eLutèce"}, "control"),
        ({"require_signed_request_object": True}, "jwks"),
    ],
)
def test_everything_else_follows_them_too(app: Flask, token: str, changes: dict[str, Any], word: str) -> None:
    response = register(app, token, **changes)
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_client_metadata"), response.text
    assert word in response.get_json()["error_description"]


@pytest.mark.spec("RFC 7591 2.3")
def test_software_statements_are_refused_in_words(app: Flask, token: str) -> None:
    response = register(app, token, software_statement="e30.e30.e30")
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_software_statement")


@pytest.mark.spec("RFC 7591 5")
@pytest.mark.spec("RFC 7591 2")
def test_nothing_that_only_the_file_can_say(app: Flask, token: str, make_work: MakeWork) -> None:
    wishes = {
        "first_party": True,
        "support": True,
        "pkce": "off",
        "exchanges": [{}],
        "secret_file": "config/idp.toml",
    }
    answer = register(app, token, client_id="portal", client_secret="x" * 43, **wishes).get_json()
    assert answer["client_id"] != "portal"
    assert answer["client_secret"] != "x" * 43
    work = make_work()
    row = app_registration.find(work, answer["client_id"])
    assert row is not None
    assert not any(name in row.document for name in wishes)
    with pytest.raises(ValueError, match="file"):
        Settled(client_id="a", name="A", redirect_uris=["https://a.example/"], first_party=True)


@pytest.mark.spec("RFC 7591 5")
@pytest.mark.spec("RFC 7591 3")
@pytest.mark.threat("T-64")
def test_only_with_a_good_token_and_so_often(
    app: Flask, make_work: MakeWork, clock: HandClock, signed_in: Browser, web: RelyingParty
) -> None:
    access_token = web.tokens(signed_in)["access_token"]
    for wrong in (None, "", "x" * 43, access_token):
        response = register(app, wrong)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith('Bearer realm="paris"')
    twice = new_token(make_work, uses=2)
    assert [register(app, twice).status_code for _ in range(3)] == [201, 201, 401]
    late = new_token(make_work)
    clock.forward(days=7)
    assert register(app, late).status_code == 401
    work = make_work()
    assert len(work.db.scalars(select(RegisteredApp)).all()) == 2
    assert late not in str([vars(row) for row in work.db.scalars(select(RegistrationToken))])


@pytest.mark.threat("T-75")
@pytest.mark.parametrize(
    "body", ["", "[]", "null", '"x"', "{", "[" * 20_000, '{"a":' * 20 + "1" + "}" * 20, b"\xff", "x" * 40_000]
)
def test_a_body_that_is_no_json_object(app: Flask, token: str, body: str | bytes) -> None:
    response = send(app, "POST", "/register", token, body)
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_client_metadata")
    form = send(app, "POST", "/register", token, "{}", **{"Content-Type": "application/x-www-form-urlencoded"})
    assert form.status_code == 400


def test_a_method_that_is_not_there(app: Flask, token: str) -> None:
    response = send(app, "GET", "/register", token)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


@pytest.mark.spec("RFC 8414 2")
def test_it_is_advertised_where_it_is_and_not_there_elsewhere(app: Flask, token: str) -> None:
    for slug, offered in (("paris", True), ("moselle", False)):
        document = app.test_client().get(
            f"/{slug}/.well-known/openid-configuration", base_url=HOST, environ_overrides=NETWORK
        )
        assert ("registration_endpoint" in document.get_json()) is offered
        path = f"/{slug}/register"
        response = app.test_client().post(path, base_url=HOST, json=METADATA, environ_overrides=NETWORK)
        assert response.status_code == (401 if offered else 404)


@pytest.mark.threat("T-20")
def test_an_app_is_one_landlords(app: Flask, token: str) -> None:
    answer = register(app, token).get_json()
    query = {"client_id": answer["client_id"], "redirect_uri": METADATA["redirect_uris"][0], "response_type": "code"}
    page = app.test_client().get("/moselle/authorize", base_url=HOST, query_string=query, environ_overrides=NETWORK)
    assert page.status_code == 400


def test_the_model_of_the_file_is_the_model_here() -> None:
    assert issubclass(Settled, Client)
