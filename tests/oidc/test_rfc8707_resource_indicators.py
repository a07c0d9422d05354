"""RFC 8707: access tokens for the APIs that an app names."""

from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from werkzeug.test import TestResponse

from idp.settings.client import Client
from idp.settings.root import Settings
from tests.conftest import PORTAL_SECRET
from tests.oidc.conftest import Party
from tests.oidc.relying_party import ISSUER, VERIFIER, Browser, RelyingParty, answer_of, basic
from tests.oidc.test_rfc6749_token_endpoint import OFFLINE, error_of
from tests.oidc.test_rfc7523_client_assertions import KEYS, NOW, key_set

NOTICES, RENTS = "https://api.example/notices", "urn:example:rents"
FOREIGN = "https://other.example/"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual apps, and one that may have tokens for two APIs, for people and in its own name."""
    paris = settings.landlords["paris"]
    app = Client(
        client_id="reader",
        name="Reader",
        first_party=True,
        secret_file=paris.clients[0].secret_file,
        redirect_uris=["https://reader.example/cb"],
        grant_types=["authorization_code", "refresh_token", "client_credentials"],
        scopes=["openid", "email", "offline_access"],
        service_scopes=["notices.read"],
        resources=[NOTICES, RENTS],
        jwks=key_set("e"),
    )
    landlord = paris.model_copy(update={"clients": [*paris.clients, app]})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": landlord}})


@pytest.fixture
def reader(party: Party) -> RelyingParty:
    return party("reader")


def authorize(reader: RelyingParty, browser: Browser, *resources: str, **changes: str | None) -> dict[str, str]:
    """Ask for a code for some APIs, and read the answer."""
    asked = [*reader.request(**changes).items(), *(("resource", uri) for uri in resources)]
    return answer_of(browser.get("/authorize", urlencode(asked)))


def token(reader: RelyingParty, *resources: str, **form: str) -> TestResponse:
    """Ask the token endpoint for a token for some APIs."""
    asked = [*form.items(), *(("resource", uri) for uri in resources)]
    return reader.send("/token", urlencode(asked), Authorization=basic("reader", PORTAL_SECRET))


def redeem(reader: RelyingParty, code: str, *resources: str) -> TestResponse:
    uri = reader.client.redirect_uris[0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": uri, "code_verifier": VERIFIER}
    return token(reader, *resources, **form)


def audience(reader: RelyingParty, response: TestResponse) -> Any:
    assert response.status_code == 200, response.text
    return reader.claims(response.get_json()["access_token"])["aud"]


@pytest.mark.spec("RFC 9068 5")
@pytest.mark.spec("RFC 8707 2.1")
@pytest.mark.parametrize(
    ("asked", "aud"),
    [
        ([], ISSUER),
        ([NOTICES], NOTICES),
        ([NOTICES, NOTICES], NOTICES),
        ([NOTICES, RENTS], [NOTICES, RENTS]),
        ([ISSUER, RENTS], [ISSUER, RENTS]),
        ([ISSUER], ISSUER),
    ],
)
def test_a_token_is_for_the_apis_that_were_named(
    reader: RelyingParty, signed_in: Browser, asked: list[str], aud: Any
) -> None:
    code = authorize(reader, signed_in, *asked)["code"]
    assert audience(reader, redeem(reader, code)) == aud


@pytest.mark.spec("RFC 9068 3")
@pytest.mark.spec("RFC 8707 2")
@pytest.mark.parametrize("uri", [FOREIGN, f"{NOTICES}/", f"{NOTICES}#part", "notices", f"{NOTICES} {RENTS}"])
def test_other_apis_are_refused_everywhere(reader: RelyingParty, signed_in: Browser, uri: str) -> None:
    assert authorize(reader, signed_in, uri)["error"] == "invalid_target"
    assert authorize(reader, signed_in, NOTICES, uri)["error"] == "invalid_target"
    form = urlencode([*reader.request().items(), ("resource", uri)])
    pushed = reader.send("/par", form, Authorization=basic("reader", PORTAL_SECRET))
    assert (pushed.status_code, error_of(pushed)) == (400, "invalid_target")
    code = authorize(reader, signed_in)["code"]
    refused = redeem(reader, code, uri)
    assert (refused.status_code, error_of(refused)) == (400, "invalid_target")
    assert redeem(reader, code).status_code == 200  # a refusal uses nothing up
    own = token(reader, uri, grant_type="client_credentials")
    assert (own.status_code, error_of(own)) == (400, "invalid_target")


def test_an_app_without_apis_may_name_the_provider_only(web: RelyingParty, signed_in: Browser) -> None:
    assert answer_of(web.authorize(signed_in, resource=NOTICES))["error"] == "invalid_target"
    assert "code" in answer_of(web.authorize(signed_in, resource=ISSUER))


@pytest.mark.spec("RFC 9700 4.14.2")
@pytest.mark.spec("RFC 8707 2.2")
def test_a_token_request_narrows(reader: RelyingParty, signed_in: Browser) -> None:
    code = authorize(reader, signed_in, NOTICES, RENTS, scope=OFFLINE)["code"]
    tokens = redeem(reader, code, RENTS)
    assert audience(reader, tokens) == RENTS
    form = {"grant_type": "refresh_token", "refresh_token": tokens.get_json()["refresh_token"]}
    refused = token(reader, ISSUER, **form)
    assert (refused.status_code, error_of(refused)) == (400, "invalid_target")
    narrower = token(reader, NOTICES, **form)
    assert audience(reader, narrower) == NOTICES
    form["refresh_token"] = narrower.get_json()["refresh_token"]
    assert audience(reader, token(reader, **form)) == [NOTICES, RENTS]


@pytest.mark.spec("RFC 8707 2.2")
def test_a_token_request_may_choose_where_the_authorization_request_did_not(
    reader: RelyingParty, signed_in: Browser
) -> None:
    tokens = redeem(reader, authorize(reader, signed_in, scope=OFFLINE)["code"], NOTICES)
    assert audience(reader, tokens) == NOTICES
    form = {"grant_type": "refresh_token", "refresh_token": tokens.get_json()["refresh_token"]}
    assert audience(reader, token(reader, **form)) == ISSUER


@pytest.mark.spec("RFC 8707 2.2")
def test_a_service_names_apis_too(reader: RelyingParty) -> None:
    assert audience(reader, token(reader, grant_type="client_credentials")) == ISSUER
    both = token(reader, NOTICES, RENTS, grant_type="client_credentials")
    assert audience(reader, both) == [NOTICES, RENTS]


@pytest.mark.spec("RFC 9068 4")
@pytest.mark.spec("RFC 9700 2.3")
@pytest.mark.spec("RFC 6750 5.2")
@pytest.mark.threat("T-60")
@pytest.mark.spec("RFC 8707 2")
def test_userinfo_takes_no_token_for_somebody_else(reader: RelyingParty, signed_in: Browser) -> None:
    for resources, status in (([NOTICES], 401), ([NOTICES, RENTS], 401), ([NOTICES, ISSUER], 200), ([], 200)):
        answer = redeem(reader, authorize(reader, signed_in, *resources)["code"])
        assert reader.userinfo(answer.get_json()["access_token"]).status_code == status, resources


@pytest.mark.spec("RFC 7662 2.2")
def test_introspection_tells_whom_a_token_is_for(reader: RelyingParty, signed_in: Browser) -> None:
    for resources, aud in (([NOTICES], NOTICES), ([NOTICES, RENTS], [NOTICES, RENTS])):
        answer = redeem(reader, authorize(reader, signed_in, *resources)["code"])
        told = reader.introspect(answer.get_json()["access_token"]).get_json()
        assert (told["active"], told["aud"]) == (True, aud)


@pytest.mark.spec("RFC 8707 2.1")
def test_a_pushed_and_a_signed_request_name_several(reader: RelyingParty, signed_in: Browser) -> None:
    several = [("resource", NOTICES), ("resource", RENTS)]
    claims = reader.request() | {"iss": "reader", "aud": ISSUER, "exp": NOW + 60, "resource": [NOTICES, RENTS]}
    signed = jwt.encode({"alg": "ES256", "kid": "e"}, claims, KEYS["e"])
    for form in ([*reader.request().items(), *several], [("client_id", "reader"), ("request", signed)]):
        pushed = reader.send("/par", urlencode(form), Authorization=basic("reader", PORTAL_SECRET))
        brought = {"client_id": "reader", "request_uri": pushed.get_json()["request_uri"]}
        code = answer_of(signed_in.get("/authorize", brought))["code"]
        assert audience(reader, redeem(reader, code)) == [NOTICES, RENTS]


def test_a_posted_request_keeps_them_apart_on_its_way(reader: RelyingParty, stranger: Browser) -> None:
    asked = [*reader.request().items(), ("resource", NOTICES), ("resource", RENTS)]
    response = stranger.post("/authorize", urlencode(asked), **{"Content-Type": "application/x-www-form-urlencoded"})
    assert response.status_code == 303
    assert urlencode([("resource", NOTICES), ("resource", RENTS)]) in response.location.replace("%20", "+")
    assert stranger.follow(response).location.startswith("/paris/sign-in?journey=")


@pytest.mark.threat("T-63")
def test_everything_else_is_there_once(reader: RelyingParty) -> None:
    form = [("grant_type", "client_credentials"), ("scope", "notices.read"), ("scope", "notices.read")]
    response = reader.send("/token", urlencode(form), Authorization=basic("reader", PORTAL_SECRET))
    assert (response.status_code, error_of(response)) == (400, "invalid_request")


@pytest.mark.spec("RFC 8707 2")
def test_an_api_is_named_by_an_absolute_address_without_fragment() -> None:
    usual: dict[str, Any] = {"client_id": "a", "name": "A", "auth": "none", "redirect_uris": ["https://a.example/"]}
    for uri in (NOTICES, RENTS, "https://api.example/?a=b"):
        assert Client.model_validate({**usual, "resources": [uri]}).resources == [uri]
    for unfit in (
        "",
        "notices",
        "/notices",
        "//api.example",
        "urn:",
        f"{NOTICES}#part",
        "https://a b",
        "urn:\n",
        "urn:a\n",
    ):
        with pytest.raises(ValueError, match="resources"):
            Client.model_validate({**usual, "resources": [unfit]})
