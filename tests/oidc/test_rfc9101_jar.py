"""RFC 9101: authorization requests that apps sign."""

import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from idp.settings.client import Client
from idp.settings.root import Settings
from tests.conftest import PORTAL_SECRET
from tests.oidc.conftest import Party
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of, is_refused_locally
from tests.oidc.test_rfc7523_client_assertions import FITTING, KEYS, NOW, STRANGER, key_set, unsigned

EVIL = "https://evil.example/"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual apps, and two with keys: one that may sign its requests, one that must."""
    paris = settings.landlords["paris"]
    signing = [
        Client(
            client_id=name,
            name=name,
            first_party=True,
            auth="none",
            jwks=key_set("r", "e", "o"),
            redirect_uris=[f"https://{name}.example/callback"],
            scopes=["openid", "email"],
            require_signed_request_object=required,
        )
        for name, required in (("signer", False), ("strict", True))
    ]
    landlord = paris.model_copy(update={"clients": [*paris.clients, *signing]})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": landlord}})


@pytest.fixture
def signer(party: Party) -> RelyingParty:
    return party("signer")


def signed(relying: RelyingParty, alg: str = "ES256", key: Any = None, header: Any = None, **changes: Any) -> str:
    """Sign a request; None takes a claim or a member of the header away."""
    client_id = relying.client.client_id
    usual: dict[str, Any] = {**relying.request(), "iss": client_id, "aud": ISSUER, "nbf": NOW, "exp": NOW + 300}
    claims = {name: value for name, value in (usual | changes).items() if value is not None}
    names = {"RS256": "r", "PS256": "r", "ES256": "e", "Ed25519": "o"}
    members = {"alg": alg, "kid": names.get(alg, "e"), "typ": "oauth-authz-req+jwt"} | (header or {})
    members = {name: value for name, value in members.items() if value is not None}
    return jwt.encode(members, claims, key or KEYS[names[alg]], algorithms=[alg])


def bring(browser: Browser, relying: RelyingParty, token: str, **beside: str) -> Any:
    """Bring a request object, with nothing beside it but the app's name."""
    return browser.get("/authorize", {"client_id": relying.client.client_id, "request": token} | beside)


def error_at(browser: Browser, relying: RelyingParty, token: str) -> str:
    """Read the error that a broken request object leads to, at the address beside it."""
    answer = answer_of(relying.authorize(browser, request=token))
    assert answer["state"] == "a state"
    return answer["error"]


@pytest.mark.spec("RFC 9101 6.2")
@pytest.mark.spec("OIDC Core 6.1")
@pytest.mark.spec("RFC 9101 5")
@pytest.mark.parametrize(("alg", "key"), FITTING)
def test_a_signed_request_is_the_whole_request(signer: RelyingParty, signed_in: Browser, alg: str, key: str) -> None:
    answer = answer_of(bring(signed_in, signer, signed(signer, alg)))
    assert (answer["state"], answer["iss"]) == ("a state", ISSUER)
    assert signer.redeem(answer["code"]).status_code == 200


@pytest.mark.spec("RFC 9101 4")
@pytest.mark.parametrize("typ", ["OautH-auThZ-REQ+jWt", "application/oauth-authz-req+jwt", "jwt", None])
def test_its_kind_is_a_media_type_in_any_case(signer: RelyingParty, signed_in: Browser, typ: str | None) -> None:
    assert "code" in answer_of(bring(signed_in, signer, signed(signer, header={"typ": typ})))


@pytest.mark.spec("OIDC Core 6.3.3")
@pytest.mark.conformance("oidcc-ensure-request-object-with-redirect-uri")
@pytest.mark.spec("RFC 9101 6.3")
@pytest.mark.threat("T-62")
def test_what_stands_beside_it_does_not_count(signer: RelyingParty, signed_in: Browser) -> None:
    token = signed(signer, nonce=None)
    beside = {"state": "b", "scope": "openid email", "nonce": "b", "redirect_uri": EVIL, "response_type": "token"}
    response = bring(signed_in, signer, token, **beside)
    assert response.location.startswith("https://signer.example/callback?")
    answer = answer_of(response)
    assert answer["state"] == "a state"
    tokens = signer.redeem(answer["code"]).get_json()
    assert tokens["scope"] == "openid"
    assert "nonce" not in signer.claims(tokens["id_token"])


@pytest.mark.spec("RFC 9101 4")
def test_numbers_and_objects_are_read(signer: RelyingParty, signed_in: Browser) -> None:
    token = signed(signer, max_age=15000, claims={"id_token": {"email": None}}, aud=[ISSUER, "https://other.example"])
    tokens = signer.redeem(answer_of(bring(signed_in, signer, token))["code"]).get_json()
    assert "email" in signer.claims(tokens["id_token"])


@pytest.mark.spec("OIDC Core 6.3.2")
@pytest.mark.spec("RFC 9101 10.8")
@pytest.mark.spec("RFC 9101 5")
@pytest.mark.conformance("oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported")
@pytest.mark.spec("RFC 9101 6.2")
@pytest.mark.threat("T-56")
def test_only_the_apps_own_signature_counts(signer: RelyingParty, signed_in: Browser) -> None:
    good = signed(signer)
    secrets = [PORTAL_SECRET, json.dumps(key_set("e")["keys"][0])]
    forged = [
        unsigned(good),
        good[:-4] + "AAAA",
        good.rpartition(".")[0] + ".",
        signed(signer, key=STRANGER),
        signed(signer, header={"kid": "r"}, key=STRANGER),
        signed(signer, header={"kid": "unknown"}),
        signed(signer, header={"kid": None}),
        signed(signer, header={"typ": "client-authentication+jwt"}),
        signed(signer, header={"typ": "at+jwt"}),
        *(signed(signer, "HS256", OctKey.import_key(secret), {"kid": "e"}) for secret in secrets),
        "",
        "x",
        "a.b.c",
        "e30.e30.",
    ]
    for token in filter(None, forged):
        assert error_at(signed_in, signer, token) == "invalid_request_object", token


@pytest.mark.spec("OIDC Core 6.1")
@pytest.mark.spec("RFC 9101 10.8")
@pytest.mark.spec("RFC 9101 5")
@pytest.mark.spec("RFC 9101 10.2")
@pytest.mark.spec("RFC 9101 4")
@pytest.mark.spec("RFC 9101 7")
@pytest.mark.spec("RFC 9101 6.3")
@pytest.mark.threat("T-60")
@pytest.mark.parametrize(
    "changes",
    [
        {"iss": None},
        {"iss": "web"},
        {"aud": None},
        {"aud": "https://other.example"},
        {"aud": [f"{ISSUER}/token"]},
        {"client_id": None},
        {"client_id": "web"},
        {"exp": None},
        {"exp": NOW},
        {"exp": NOW + 3601},
        {"exp": "soon"},
        {"exp": True},
        {"nbf": NOW + 31},
        {"nbf": NOW - 3601},
        {"nbf": "now"},
        {"sub": "signer"},
        {"request": "a.b.c"},
        {"request_uri": "https://signer.example/request"},
        {"state": ["a", "b"]},
        {"state": True},
        {"state": 1.5},
        {"nonce": "a\u0000b"},
        {"nonce": "n" * 1001},
    ],
)
def test_an_object_that_is_not_as_it_must_be_is_refused(
    signer: RelyingParty, signed_in: Browser, changes: dict[str, Any]
) -> None:
    assert error_at(signed_in, signer, signed(signer, **changes)) in ("invalid_request_object", "invalid_request")


@pytest.mark.spec("OIDC Core 6.3.3")
@pytest.mark.threat("T-54")
@pytest.mark.spec("RFC 9101 7")
def test_errors_go_to_registered_addresses_only(signer: RelyingParty, signed_in: Browser) -> None:
    assert is_refused_locally(bring(signed_in, signer, "a.b.c"))
    assert is_refused_locally(bring(signed_in, signer, "a.b.c", redirect_uri=EVIL))
    assert is_refused_locally(bring(signed_in, signer, signed(signer, redirect_uri=EVIL)))
    answer = answer_of(bring(signed_in, signer, signed(signer, scope="nothing")))
    assert (answer["error"], answer["state"]) == ("invalid_scope", "a state")


@pytest.mark.spec("RFC 9126 2.3")
@pytest.mark.spec("RFC 9101 10.5")
def test_an_app_may_be_held_to_signing(party: Party, signed_in: Browser) -> None:
    strict = party("strict")
    assert answer_of(strict.authorize(signed_in))["error"] == "invalid_request"
    assert strict.ask("/par", **strict.request()).get_json()["error"] == "invalid_request"
    assert "code" in answer_of(bring(signed_in, strict, signed(strict)))
    with pytest.raises(ValueError, match="needs the app's public keys"):
        Client(
            client_id="a",
            name="a",
            auth="none",
            redirect_uris=["https://a.example/"],
            require_signed_request_object=True,
        )


@pytest.mark.spec("OIDC Core 6.1")
def test_an_app_without_keys_is_told_so(web: RelyingParty, signed_in: Browser, signer: RelyingParty) -> None:
    assert error_at(signed_in, web, signed(signer)) == "request_not_supported"


@pytest.mark.spec("RFC 9101 5")
@pytest.mark.threat("T-62")
def test_a_request_and_a_reference_do_not_go_together(signer: RelyingParty, signed_in: Browser) -> None:
    reference = signer.ask("/par", **signer.request()).get_json()["request_uri"]
    for uri in (reference, "https://signer.example/request.jwt"):
        both = {"request": signed(signer), "request_uri": uri}
        assert answer_of(signer.authorize(signed_in, **both))["error"] == "invalid_request"
        assert is_refused_locally(signed_in.get("/authorize", {"client_id": "signer"} | both))
    brought = {"client_id": "signer", "request_uri": reference}
    assert "code" in answer_of(signed_in.get("/authorize", brought))  # nothing was used up


@pytest.mark.spec("RFC 9126 3")
def test_a_signed_request_may_be_pushed(signer: RelyingParty, signed_in: Browser) -> None:
    pushed = signer.ask("/par", request=signed(signer))
    assert pushed.status_code == 201
    brought = {"client_id": "signer", "request_uri": pushed.get_json()["request_uri"]}
    assert "code" in answer_of(signed_in.get("/authorize", brought))
    for token in (unsigned(signed(signer)), signed(signer, aud=None), signed(signer, client_id="web")):
        refused = signer.ask("/par", request=token)
        assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request_object")


@pytest.mark.spec("RFC 9101 10.5")
def test_the_metadata_say_so(signer: RelyingParty) -> None:
    document = Browser(signer.app).get("/.well-known/openid-configuration").get_json()
    assert document["request_parameter_supported"] is True
    assert document["require_signed_request_object"] is False
    assert not {"none", "HS256"} & set(document["request_object_signing_alg_values_supported"])
