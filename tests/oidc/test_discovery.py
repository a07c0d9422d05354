"""OpenID Connect Discovery 1.0, RFC 8414 and RFC 7517: what the provider says of itself."""

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.discovery import OpenIDProviderMetadata
from flask import Flask
from sqlalchemy import delete
from werkzeug.test import TestResponse

from idp.models import Account, SigningKey
from idp.services import keys
from tests.conftest import HandClock, MakeWork
from tests.oidc.conftest import open_session
from tests.oidc.relying_party import HOST, ISSUER, NETWORK, Browser, RelyingParty, answer_of

OPENID = "/paris/.well-known/openid-configuration"
FORMS = (
    OPENID,
    "/paris/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/paris",
    "/.well-known/openid-configuration/paris",
)


def fetch(app: Flask, path: str, **headers: str) -> TestResponse:
    return app.test_client().get(path, base_url=HOST, headers=headers, environ_overrides=NETWORK)


@pytest.mark.spec("FAPI 2.0 5.3.2.1")
@pytest.mark.spec("RFC 8414 3")
@pytest.mark.spec("RFC 8414 3.2")
@pytest.mark.spec("RFC 8414 3.3")
@pytest.mark.spec("RFC 9068 4")
@pytest.mark.spec("OIDC Discovery 4.1")
@pytest.mark.spec("RFC 9700 2.6")
@pytest.mark.spec("RFC 8414 3.1")
def test_both_forms_and_both_places_say_the_same(app: Flask) -> None:
    documents = [fetch(app, path) for path in FORMS]
    assert {document.status_code for document in documents} == {200}
    assert len({document.data for document in documents}) == 1
    assert documents[0].get_json()["issuer"] == ISSUER


@pytest.mark.spec("RFC 8414 2")
@pytest.mark.spec("RFC 8414 3.2")
@pytest.mark.spec("OIDC Core 16.15")
@pytest.mark.conformance("oidcc-discovery-endpoint-verification")
@pytest.mark.spec("OIDC Core 15.2")
@pytest.mark.spec("OIDC Discovery 4.2")
@pytest.mark.spec("OIDC Discovery 4.3")
@pytest.mark.spec("RFC 9068 2.1")
@pytest.mark.spec("RFC 9700 2.1.1")
@pytest.mark.spec("RP-Initiated Logout 2.1")
@pytest.mark.spec("OIDC Discovery 3")
def test_the_metadata_are_valid(app: Flask) -> None:
    response = fetch(app, OPENID)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    document = response.get_json()
    assert [name for name, value in document.items() if value in (None, "", [], {})] == []
    assert document["issuer"] == ISSUER
    secure = {
        name: value.replace("http://localhost:8000", "https://login.example") if isinstance(value, str) else value
        for name, value in document.items()
    }
    OpenIDProviderMetadata(secure).validate()
    AuthorizationServerMetadata(secure).validate()


@pytest.mark.spec("Initiating User Registration 4.2")
@pytest.mark.conformance("oidcc-discovery-endpoint-verification")
@pytest.mark.conformance("oidcc-rp-initiated-logout-discovery-endpoint-verification")
@pytest.mark.spec("RFC 9700 2.4")
@pytest.mark.spec("OIDC Discovery 3")
def test_only_what_works_is_advertised(app: Flask, web: RelyingParty, signed_in: Browser) -> None:
    document = fetch(app, OPENID).get_json()
    assert document["response_types_supported"] == ["code"]
    assert "openid" in document["scopes_supported"]
    assert document["response_modes_supported"] == ["query", "form_post", "query.jwt", "form_post.jwt", "jwt"]
    assert document["grant_types_supported"] == [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["id_token_signing_alg_values_supported"] == ["RS256", "ES256", "PS256", "Ed25519"]
    assert document["require_pushed_authorization_requests"] is False
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["claims_parameter_supported"] is True
    assert document["request_parameter_supported"] is True
    assert document["request_uri_parameter_supported"] is False
    assert document["ui_locales_supported"] == ["fr", "en"]
    for name in ("authorization", "token", "userinfo", "end_session"):
        path = document[f"{name}_endpoint"].removeprefix(HOST)
        assert fetch(app, path).status_code in (303, 400, 401, 405)
    for prompt in document["prompt_values_supported"]:
        answer = web.authorize(signed_in, prompt=prompt)
        assert answer.location.startswith("/paris/") or "code" in answer_of(answer)


@pytest.mark.spec("OIDC Core 5.1")
def test_every_claim_that_is_told_is_advertised(app: Flask, web: RelyingParty, signed_in: Browser) -> None:
    document = fetch(app, OPENID).get_json()
    tokens = web.tokens(signed_in, scope=" ".join(document["scopes_supported"]))
    told = {*web.claims(tokens["id_token"]), *web.userinfo(tokens["access_token"]).get_json()}
    assert told <= set(document["claims_supported"])


@pytest.mark.spec("OIDC Discovery 7.2")
@pytest.mark.spec("OIDC Discovery 4.3")
@pytest.mark.spec("RFC 9700 4.13")
@pytest.mark.threat("T-16")
@pytest.mark.parametrize("host", ["evil.example", "localhost:8000.evil.example", "localhost:8000@evil.example", ""])
def test_no_header_changes_the_metadata(app: Flask, host: str) -> None:
    usual = fetch(app, OPENID)
    forwarded = {"X-Forwarded-Host": host, "X-Forwarded-Proto": "https", "Forwarded": f"host={host}"}
    assert fetch(app, OPENID, **forwarded).data == usual.data
    assert app.test_client().get(OPENID, base_url=HOST, headers={"Host": host}).status_code == 400


@pytest.mark.threat("T-37")
@pytest.mark.spec("RFC 9111 4.3.2")
@pytest.mark.parametrize("path", [OPENID, "/paris/jwks"])
def test_documents_may_be_kept_for_a_while(app: Flask, path: str) -> None:
    first = fetch(app, path)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert "Cookie" not in first.headers.get("Vary", "")
    assert "Set-Cookie" not in first.headers
    again = fetch(app, path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def members(app: Flask) -> list[dict[str, str]]:
    found: list[dict[str, str]] = fetch(app, "/paris/jwks").get_json()["keys"]
    return found


@pytest.mark.spec("RFC 8414 2")
@pytest.mark.spec("OIDC Core 10.1")
@pytest.mark.spec("OIDC Core 15.2")
@pytest.mark.spec("OIDC Discovery 3")
@pytest.mark.conformance("oidcc-discovery-endpoint-verification")
@pytest.mark.spec("OIDC Core 10.1.1")
@pytest.mark.spec("RFC 7517 5")
def test_the_key_set_holds_public_keys_with_names_of_their_own(app: Flask) -> None:
    published = members(app)
    assert sorted(key["alg"] for key in published) == ["ES256", "Ed25519", "PS256", "RS256"]
    assert len({key["kid"] for key in published}) == len(published)
    for key in published:
        assert key["use"] == "sig"
        assert not {"d", "p", "q", "dp", "dq", "qi", "oth", "k"} & set(key)


@pytest.mark.threat("T-87")
@pytest.mark.spec("OIDC Core 10.1.1")
def test_the_next_key_is_published_a_day_before_it_signs(
    web: RelyingParty, signed_in: Browser, account: Account, make_work: MakeWork, clock: HandClock
) -> None:
    hint = web.tokens(signed_in)["id_token"]
    (old,) = {key["kid"] for key in members(web.app) if key["alg"] == "RS256"}
    work = make_work()
    new = keys.rotate(work, "RS256")
    work.db.commit()
    clock.forward(minutes=1)  # by then every process has looked again
    assert {key["kid"] for key in members(web.app) if key["alg"] == "RS256"} == {old, new}
    assert web.read(web.tokens(signed_in)["id_token"]).header["kid"] == old
    clock.forward(hours=23, minutes=59)
    open_session(signed_in, make_work, account)
    assert web.read(web.tokens(signed_in)["id_token"]).header["kid"] == new
    assert "code" in answer_of(web.authorize(signed_in, id_token_hint=hint))
    clock.forward(hours=12)
    assert {key["kid"] for key in members(web.app) if key["alg"] == "RS256"} == {new}
    assert len(members(web.app)) == 4


@pytest.mark.threat("T-87")
def test_a_leaked_key_is_withdrawn_at_once(
    app: Flask, web: RelyingParty, signed_in: Browser, make_work: MakeWork, clock: HandClock
) -> None:
    token = web.tokens(signed_in)["access_token"]
    work = make_work()
    new = keys.rotate(work, "RS256", at_once=True)
    work.db.commit()
    clock.forward(minutes=1)
    assert {key["kid"] for key in members(app) if key["alg"] == "RS256"} == {new}
    assert web.userinfo(token).status_code == 401
    assert web.read(web.tokens(signed_in)["id_token"]).header["kid"] == new


def test_a_landlord_without_keys_gets_them_when_they_are_needed(
    app: Flask, web: RelyingParty, signed_in: Browser, make_work: MakeWork
) -> None:
    work = make_work()
    work.db.execute(delete(SigningKey))
    work.db.commit()
    assert members(app) == []
    assert web.read(web.tokens(signed_in)["id_token"]).header["alg"] == "RS256"
