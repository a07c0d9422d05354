"""RFC 7523 and OpenID Connect Core §9: apps that show who they are by a signature (`private_key_jwt`)."""

import base64
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from werkzeug.test import TestResponse

from idp.oidc.client_assertions import TYPE
from idp.settings.client import Client
from idp.settings.root import Settings
from tests.conftest import PORTAL_SECRET, START, HandClock
from tests.oidc.conftest import Party
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, basic
from tests.oidc.test_rfc6749_token_endpoint import OFFLINE, error_of

NOW = int(START.timestamp())
KEYS: dict[str, RSAKey | ECKey | OKPKey] = {
    "r": RSAKey.generate_key(2048),
    "e": ECKey.generate_key("P-256"),
    "o": OKPKey.generate_key("Ed25519"),
}
FITTING = [("PS256", "r"), ("RS256", "r"), ("ES256", "e"), ("Ed25519", "o")]
STRANGER = ECKey.generate_key("P-256")


def key_set(*names: str) -> dict[str, Any]:
    """Write the public keys of an app."""
    return {"keys": [{**KEYS[name].as_dict(private=False), "kid": name} for name in names]}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual apps, and three that sign: one with every key, one with a single key, one like the first."""
    paris = settings.landlords["paris"]
    signing = [
        Client(
            client_id=name,
            name=name,
            first_party=True,
            auth="private_key_jwt",
            jwks=key_set(*keys),
            redirect_uris=[f"https://{name}.example/callback"],
            scopes=["openid", "offline_access"],
        )
        for name, keys in (("signer", "reo"), ("single", "e"), ("other", "reo"))
    ]
    landlord = paris.model_copy(update={"clients": [*paris.clients, *signing]})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": landlord}})


@pytest.fixture
def signer(party: Party) -> RelyingParty:
    return party("signer")


def assertion(name: str, alg: str = "ES256", key: Any = None, header: Any = None, **changes: Any) -> str:
    """Write an assertion; None takes a claim or a member of the header away."""
    usual = {"iss": "signer", "sub": "signer", "aud": ISSUER, "jti": name, "iat": NOW, "exp": NOW + 60}
    claims = {name: value for name, value in (usual | changes).items() if value is not None}
    names = {"RS256": "r", "PS256": "r", "ES256": "e", "Ed25519": "o"}
    members = {"alg": alg, "kid": names.get(alg, "e"), "typ": "JWT"} | (header or {})
    members = {name: value for name, value in members.items() if value is not None}
    return jwt.encode(members, claims, key or KEYS[names[alg]], algorithms=[alg])


def unsigned(token: str) -> str:
    """Take the signature off a token, and say so in its header."""
    header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"e"}').decode().rstrip("=")
    return f"{header}.{token.split('.')[1]}."


def show(relying: RelyingParty, token: str, **changes: str) -> TestResponse:
    """Ask for a refresh, showing an assertion: `invalid_grant` where the app was believed."""
    form = {"grant_type": "refresh_token", "refresh_token": "x" * 43}
    return relying.send("/token", form | {"client_assertion_type": TYPE, "client_assertion": token} | changes)


def is_believed(response: TestResponse) -> bool:
    believed = (response.status_code, error_of(response)) == (400, "invalid_grant")
    assert believed or (response.status_code, error_of(response)) == (401, "invalid_client")
    return believed


@pytest.mark.spec("RFC 7523 3")
@pytest.mark.spec("OIDC Core 9")
@pytest.mark.parametrize(("alg", "kid"), FITTING)
def test_an_app_signs_in_with_each_algorithm(signer: RelyingParty, signed_in: Browser, alg: str, kid: str) -> None:
    form = {
        "grant_type": "authorization_code",
        "code": signer.code(signed_in, scope=OFFLINE),
        "redirect_uri": signer.client.redirect_uris[0],
        "code_verifier": "v" * 64,
        "client_assertion_type": TYPE,
        "client_assertion": assertion("first", alg),
    }
    tokens = signer.send("/token", form)
    assert tokens.status_code == 200, tokens.text
    asked = {"token": tokens.get_json()["access_token"], "client_assertion_type": TYPE}
    told = signer.send("/introspect", asked | {"client_assertion": assertion("second", alg)})
    assert told.get_json()["active"] is True
    assert signer.send("/revoke", asked | {"client_assertion": assertion("third", alg)}).status_code == 200
    told = signer.send("/introspect", asked | {"client_assertion": assertion("fourth", alg)})
    assert told.get_json() == {"active": False}


@pytest.mark.spec("OIDC Core 9")
@pytest.mark.threat("T-61")
@pytest.mark.spec("RFC 7523 3")
def test_an_assertion_is_good_once(signer: RelyingParty, clock: HandClock) -> None:
    token = assertion("once", exp=NOW + 300)
    assert is_believed(show(signer, token))
    assert not is_believed(show(signer, token))
    clock.forward(seconds=299)
    assert not is_believed(show(signer, token))
    assert not is_believed(show(signer, assertion("once", "PS256", exp=NOW + 400)))
    own = assertion("once", iss="other", sub="other")
    assert is_believed(show(signer, assertion("once", iss="other", sub="other", exp=NOW + 400)))
    assert not is_believed(show(signer, own))


AUDIENCES = (
    [ISSUER],
    [ISSUER, "https://elsewhere.example"],
    f"{ISSUER}/token",
    f"{ISSUER}/",
    ISSUER.upper(),
    "https://elsewhere.example",
    "",
    None,
    1,
    {"iss": ISSUER},
)


@pytest.mark.spec("RFC 7521 5.2")
@pytest.mark.spec("OIDC Core 9")
@pytest.mark.threat("T-61")
@pytest.mark.spec("RFC 7523 3")
@pytest.mark.parametrize("aud", AUDIENCES)
def test_the_audience_is_the_issuer_alone(signer: RelyingParty, aud: object) -> None:
    assert not is_believed(show(signer, assertion("aud", aud=aud)))


TIMES = [
    ({"exp": NOW + 300}, True),
    ({"exp": NOW + 1}, True),
    ({"exp": NOW + 60.5}, True),
    ({"iat": NOW + 10, "nbf": NOW + 10}, True),
    ({"iat": None}, True),
    ({"iat": NOW - 3600}, True),
    ({"exp": NOW + 301}, False),
    ({"exp": NOW}, False),
    ({"exp": NOW - 60}, False),
    ({"exp": None}, False),
    ({"exp": str(NOW + 60)}, False),
    ({"exp": True}, False),
    ({"exp": 10**30}, False),
    ({"iat": NOW + 61}, False),
    ({"nbf": NOW + 61}, False),
    ({"nbf": "now"}, False),
]


@pytest.mark.spec("RFC 7521 5.2")
@pytest.mark.spec("OIDC Core 9")
@pytest.mark.threat("T-61")
@pytest.mark.spec("RFC 7523 3")
@pytest.mark.parametrize(("claims", "good"), TIMES)
def test_an_assertion_is_good_for_five_minutes_at_most(
    signer: RelyingParty, claims: dict[str, Any], *, good: bool
) -> None:
    assert is_believed(show(signer, assertion("time", **claims))) == good


@pytest.mark.spec("RFC 7521 5.2")
@pytest.mark.spec("OIDC Core 9")
@pytest.mark.threat("T-61")
@pytest.mark.spec("RFC 7523 3")
@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "other"},
        {"sub": "other"},
        {"iss": "web", "sub": "web"},
        {"iss": "nobody", "sub": "nobody"},
        {"iss": None},
        {"sub": None},
        {"sub": ["signer"]},
        {"jti": None},
        {"jti": ""},
        {"jti": 1},
        {"jti": "x" * 301},
    ],
)
def test_an_assertion_says_who_it_is_of(signer: RelyingParty, claims: dict[str, Any]) -> None:
    assert not is_believed(show(signer, assertion("claims", **claims)))


@pytest.mark.spec("OIDC Core 9")
def test_what_else_an_assertion_says_is_passed_over(signer: RelyingParty) -> None:
    assert is_believed(show(signer, assertion("more", unheard_of={"a": [1]}, scope="everything", azp="other")))


@pytest.mark.spec("RFC 7521 3")
@pytest.mark.spec("RFC 7521 5.2")
@pytest.mark.spec("RFC 7523 2.2")
@pytest.mark.spec("RFC 7523 3")
@pytest.mark.spec("RFC 7523 3.2")
@pytest.mark.threat("T-56")
@pytest.mark.threat("T-57")
@pytest.mark.spec("RFC 8725 3.1")
def test_only_the_apps_own_keys_count(signer: RelyingParty) -> None:
    own, foreign = KEYS["e"].as_dict(private=False), STRANGER.as_dict(private=False)
    forged = [
        assertion("a", key=STRANGER),
        assertion("b", key=STRANGER, header={"jwk": foreign}),
        assertion("c", key=STRANGER, header={"jku": "https://evil.example/jwks"}),
        assertion("d", header={"kid": "r"}),
        assertion("e", header={"kid": "../../dev/null"}),
        assertion("f", header={"kid": None}),
        assertion("g", header={"crit": ["b64"], "b64": False}),
        assertion("h", header={"typ": "at+jwt"}),
        assertion("i", header={"typ": "dpop+jwt"}),
        assertion("j", "HS256", OctKey.import_key(str(own)), header={"kid": "e"}),
        assertion("k", "HS256", OctKey.import_key(PORTAL_SECRET), header={"kid": "e"}),
        unsigned(assertion("m")),
        f"{assertion('n')} {assertion('o')}",
        f"{assertion('p')},{assertion('q')}",
        assertion("l")[:-4],
        "..",
        "x",
        "x" * 4000,
    ]
    assert [token for token in forged if is_believed(show(signer, token))] == []


@pytest.mark.spec("RFC 7515 4.1.4")
def test_a_single_key_needs_no_name(party: Party) -> None:
    claims = {"iss": "single", "sub": "single"}
    assert is_believed(show(party("single"), assertion("a", header={"kid": None}, **claims)))
    assert not is_believed(show(party("single"), assertion("b", header={"kid": "another"}, **claims)))


@pytest.mark.spec("RFC 7521 4.2.1")
@pytest.mark.spec("OIDC Core 9")
@pytest.mark.spec("RFC 7521 4.2")
def test_the_form_says_the_same(signer: RelyingParty) -> None:
    assert is_believed(show(signer, assertion("a"), client_id="signer"))
    assert not is_believed(show(signer, assertion("b"), client_id="other"))
    assert not is_believed(show(signer, assertion("c"), client_assertion_type="urn:example"))
    form = {"grant_type": "refresh_token", "refresh_token": "x" * 43}
    assert not is_believed(signer.send("/token", form | {"client_assertion": assertion("d")}))
    assert not is_believed(signer.send("/token", form | {"client_assertion_type": TYPE, "client_id": "signer"}))


@pytest.mark.spec("RFC 6749 2.3.2")
@pytest.mark.spec("RFC 6749 2.3")
def test_no_app_has_two_ways(signer: RelyingParty, web: RelyingParty) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "x" * 43}
    own = {"client_assertion_type": TYPE, "client_assertion": assertion("a")}
    twice = [
        signer.send("/token", form | own, Authorization=basic("signer", PORTAL_SECRET)),
        signer.send("/token", form | own | {"client_secret": PORTAL_SECRET}),
    ]
    assert [(answer.status_code, error_of(answer)) for answer in twice] == [(400, "invalid_request")] * 2
    assert not is_believed(signer.send("/token", form | {"client_id": "signer", "client_secret": PORTAL_SECRET}))
    assert not is_believed(signer.send("/token", form | {"client_id": "signer"}))
    assert not is_believed(show(web, assertion("b", iss="web", sub="web")))


@pytest.mark.spec("RFC 8414 2")
def test_the_algorithms_are_advertised(stranger: Browser) -> None:
    told = stranger.get("/.well-known/openid-configuration").get_json()
    for endpoint in ("token", "revocation", "introspection"):
        assert "private_key_jwt" in told[f"{endpoint}_endpoint_auth_methods_supported"]
        algorithms = told[f"{endpoint}_endpoint_auth_signing_alg_values_supported"]
        assert algorithms == ["ES256", "Ed25519", "PS256", "RS256"]
