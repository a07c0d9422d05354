"""FAPI 2.0 Security Profile: apps that are held to it (`profile = "fapi2"`)."""

from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest
from werkzeug.test import TestResponse

from idp.oidc.client_assertions import TYPE
from idp.settings.client import Client
from idp.settings.root import Settings
from idp.settings.tokens import Tokens
from tests.conftest import PORTAL_SECRET, HandClock
from tests.oidc.conftest import Party
from tests.oidc.holder import Holder
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of, basic, is_refused_locally
from tests.oidc.test_rfc6749_token_endpoint import OFFLINE, error_of
from tests.oidc.test_rfc7523_client_assertions import KEYS, assertion, key_set

PREFIX = "urn:ietf:params:oauth:request_uri:"
NUMBERS = count()


@dataclass
class Bank(RelyingParty):
    """An app that signs, pushes its requests and holds a key.

    Attributes:
        holder: who holds the key that its tokens are bound to.
        alg: what it signs its assertions with.
        says: claims of its assertions that differ from the usual ones.
    """

    holder: Any = None
    alg: str = "PS256"
    says: dict[str, Any] = field(default_factory=dict)

    def ask(self, path: str, **parameters: str | None) -> TestResponse:
        """Ask an endpoint for apps, with an assertion and a proof."""
        now = int(self.holder.clock.now.timestamp())
        usual = {"iss": self.client.client_id, "sub": self.client.client_id, "iat": now, "exp": now + 60}
        token = assertion(f"assertion {next(NUMBERS)}", self.alg, **(usual | self.says))
        return super().ask(path, client_assertion_type=TYPE, client_assertion=token, **parameters)

    def push(self, **changes: str | None) -> TestResponse:
        """Push a request."""
        return self.ask("/par", **self.request(**changes))

    def brought(self, **changes: str | None) -> dict[str, str]:
        """Push a request, and compose what the browser brings then."""
        response = self.push(**changes)
        assert response.status_code == 201, response.text
        return {"client_id": self.client.client_id, "request_uri": response.get_json()["request_uri"]}

    def code(self, browser: Browser, **changes: str | None) -> str:
        """Get a code for the person who is signed in."""
        return answer_of(browser.get("/authorize", self.brought(**changes)))["code"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual apps, and three of the profile: as it is, with a nonce, and with rotation."""
    paris = settings.landlords["paris"]
    usual: dict[str, Any] = {
        "profile": "fapi2",
        "jwks": key_set("r", "e", "o"),
        "scopes": ["openid", "email", "offline_access"],
        "first_party": True,
    }
    differing: dict[str, dict[str, Any]] = {
        "bank": {},
        "fresh": {"require_dpop_nonce": True},
        "turning": {"refresh_rotation": True},
    }
    apps = [
        Client(client_id=name, name=name, redirect_uris=[f"https://{name}.example/cb"], **usual, **more)
        for name, more in differing.items()
    ]
    landlord = paris.model_copy(update={"clients": [*paris.clients, *apps]})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": landlord}})


@pytest.fixture
def holder(clock: HandClock) -> Holder:
    return Holder(clock)


@pytest.fixture
def named(party: Party, holder: Holder) -> Any:
    """The apps of the profile by name."""

    def find(name: str) -> Bank:
        found = party(name)
        return Bank(found.app, found.client, holder, holder)

    return find


@pytest.fixture
def bank(named: Any) -> Bank:
    found: Bank = named("bank")
    return found


def without_proof(bank: Bank) -> Bank:
    return replace(bank, prove=None)


@pytest.mark.spec("FAPI 2.0 5.3.2.2")
@pytest.mark.spec("FAPI 2.0 5.3.2.1")
@pytest.mark.parametrize(
    ("name", "alg"), [("bank", "PS256"), ("bank", "ES256"), ("turning", "Ed25519"), ("fresh", "PS256")]
)
def test_the_whole_way_from_request_to_refresh(named: Any, signed_in: Browser, name: str, alg: str) -> None:
    bank = replace(named(name), alg=alg)
    if name == "fresh":
        bank.holder.nonce = bank.push().headers["DPoP-Nonce"]
    response = signed_in.get("/authorize", bank.brought(scope=OFFLINE))
    answer = answer_of(response)
    assert (answer["iss"], answer["state"]) == (ISSUER, "a state")
    tokens = bank.redeem(answer["code"]).get_json()
    assert tokens["token_type"] == "DPoP"
    assert bank.read(tokens["id_token"]).header["alg"] == "ES256"
    assert bank.read(tokens["access_token"]).header["alg"] == "ES256"
    sub = bank.claims(tokens["id_token"])["sub"]
    assert bank.userinfo(tokens["access_token"]).get_json() == {"sub": sub}
    again = bank.refresh(tokens["refresh_token"]).get_json()
    assert (again["refresh_token"] == tokens["refresh_token"]) == (name != "turning")
    assert bank.userinfo(again["access_token"]).get_json() == {"sub": sub}
    assert bank.introspect(again["access_token"]).get_json()["cnf"] == {"jkt": bank.holder.thumbprint}
    assert bank.revoke(again["refresh_token"]).status_code == 200
    assert bank.userinfo(again["access_token"]).status_code == 401


@pytest.mark.spec("FAPI 2.0 5.3.2.2")
def test_requests_come_pushed_only(bank: Bank, signed_in: Browser) -> None:
    assert answer_of(bank.authorize(signed_in))["error"] == "invalid_request"
    brought = bank.brought(scope="openid", nonce="n" * 64)
    assert is_refused_locally(signed_in.get("/authorize", brought | {"client_id": "web"}))
    assert is_refused_locally(signed_in.get("/authorize", {"request_uri": brought["request_uri"]}))
    answer = answer_of(signed_in.get("/authorize", brought | {"scope": OFFLINE, "state": "another"}))
    assert answer["state"] == "a state"
    assert bank.redeem(answer["code"]).get_json()["scope"] == "openid"
    assert is_refused_locally(signed_in.get("/authorize", brought))


@pytest.mark.spec("FAPI 2.0 5.3.2.2")
def test_a_page_that_is_opened_uses_no_reference_up(bank: Bank, stranger: Browser, signed_in: Browser) -> None:
    brought = bank.brought()
    for _ in range(2):
        assert stranger.get("/authorize", brought).location.startswith("/paris/sign-in?journey=")
    assert "code" in answer_of(signed_in.get("/authorize", brought))


@pytest.mark.spec("FAPI 2.0 5.3.2.1")
@pytest.mark.spec("FAPI 2.0 5.3.2.2")
def test_references_and_codes_are_short_lived(bank: Bank, signed_in: Browser, clock: HandClock) -> None:
    answer = bank.push().get_json()
    assert answer["expires_in"] < 600
    brought, code = bank.brought(), bank.code(signed_in)
    clock.forward(seconds=60)
    assert is_refused_locally(signed_in.get("/authorize", brought))
    assert error_of(bank.redeem(code)) == "invalid_grant"
    with pytest.raises(ValueError, match="code"):
        Tokens.model_validate({"code": "61s"})


@pytest.mark.spec("FAPI 2.0 5.3.2.2")
@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"redirect_uri": None},
        {"redirect_uri": "https://bank.example/other"},
        {"request_uri": PREFIX + "x" * 43},
    ],
)
def test_a_pushed_request_is_complete(bank: Bank, changes: dict[str, str | None]) -> None:
    response = bank.push(**changes)
    assert (response.status_code, error_of(response)) == (400, "invalid_request")


@pytest.mark.spec("FAPI 2.0 5.3.2.2")
@pytest.mark.parametrize("response_type", ["token", "id_token", "code id_token", "code token"])
def test_the_only_flow_is_that_of_the_code(bank: Bank, response_type: str) -> None:
    assert error_of(bank.push(response_type=response_type)) == "unsupported_response_type"


@pytest.mark.spec("FAPI 2.0 5.3.2.2")
@pytest.mark.spec("FAPI 2.0 5.3.2.1")
def test_the_app_shows_who_it_is_by_its_signature_only(bank: Bank) -> None:
    form = bank.request()
    plain = without_proof(bank)
    refused = [
        plain.send("/par", form),
        plain.send("/par", form | {"client_secret": PORTAL_SECRET}),
        plain.send("/par", form, Authorization=basic("bank", PORTAL_SECRET)),
        replace(bank, says={"iss": "web", "sub": "web"}).push(),
        replace(bank, says={"jti": None}).push(),
    ]
    assert [(answer.status_code, error_of(answer)) for answer in refused] == [(401, "invalid_client")] * len(refused)


@pytest.mark.spec("FAPI 2.0 5.3.2.1")
@pytest.mark.parametrize("aud", [[ISSUER], f"{ISSUER}/par", f"{ISSUER}/token", [ISSUER, f"{ISSUER}/par"], None])
def test_the_audience_of_an_assertion_is_the_issuer_as_a_single_string(bank: Bank, aud: object) -> None:
    assert error_of(replace(bank, says={"aud": aud}).push()) == "invalid_client"


@pytest.mark.threat("T-56")
@pytest.mark.spec("FAPI 2.0 5.4.1")
def test_rs256_is_refused_wherever_the_app_signs(bank: Bank, signed_in: Browser, clock: HandClock) -> None:
    assert error_of(replace(bank, alg="RS256").push()) == "invalid_client"
    weak = replace(bank, prove=Holder(clock, "RS256", KEYS["r"]))
    assert error_of(weak.push()) == "invalid_dpop_proof"
    assert error_of(weak.redeem(bank.code(signed_in))) == "invalid_dpop_proof"


@pytest.mark.spec("FAPI 2.0 5.3.2.1")
@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_clocks_may_differ_by_ten_seconds_and_not_by_a_minute(bank: Bank, clock: HandClock, claim: str) -> None:
    now = int(clock.now.timestamp())
    for ahead, good in ((10, True), (61, False)):
        response = replace(bank, says={claim: now + ahead}).push()
        assert (response.status_code == 201) == good, (ahead, response.text)


@pytest.mark.spec("FAPI 2.0 5.3.2.1")
def test_the_clock_of_a_proof_may_be_ten_seconds_ahead(bank: Bank, signed_in: Browser, clock: HandClock) -> None:
    for ahead, good in ((10, True), (61, False)):
        code = bank.code(signed_in)
        other = Holder(HandClock(clock.now), key=bank.holder.key)
        other.clock.forward(seconds=ahead)
        response = replace(bank, prove=other).redeem(code)
        assert (response.status_code == 200) == good, (ahead, response.text)


@pytest.mark.spec("FAPI 2.0 5.3.2.1")
def test_tokens_are_bound_to_a_key(bank: Bank, signed_in: Browser, clock: HandClock) -> None:
    code = without_proof(bank).code(signed_in, scope=OFFLINE)
    assert error_of(without_proof(bank).redeem(code)) == "invalid_dpop_proof"
    tokens = bank.redeem(code).get_json()
    assert without_proof(bank).userinfo(tokens["access_token"]).status_code == 401
    assert error_of(without_proof(bank).refresh(tokens["refresh_token"])) == "invalid_dpop_proof"
    thief = replace(bank, prove=Holder(clock))
    assert thief.userinfo(tokens["access_token"]).status_code == 401
    assert bank.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.spec("RFC 9449 5")
def test_the_app_may_refresh_with_another_key(bank: Bank, signed_in: Browser, clock: HandClock) -> None:
    token = bank.tokens(signed_in, scope=OFFLINE)["refresh_token"]
    other = replace(bank, prove=Holder(clock))
    access_token = other.refresh(token).get_json()["access_token"]
    assert other.userinfo(access_token).status_code == 200
    assert bank.userinfo(access_token).status_code == 401


@pytest.mark.spec("FAPI 2.0 5.3.2.1")
def test_a_code_is_bound_to_the_key_of_the_pushed_request(bank: Bank, signed_in: Browser, clock: HandClock) -> None:
    by_header = bank.code(signed_in)
    by_name = without_proof(bank).code(signed_in, dpop_jkt=bank.holder.thumbprint)
    for code in (by_header, by_name):
        assert error_of(replace(bank, prove=Holder(clock)).redeem(code)) == "invalid_grant"
        assert bank.redeem(code).status_code == 200


@pytest.mark.spec("FAPI 2.0 5.3.2.2")
def test_a_code_is_good_once_and_for_its_own_app(named: Any, signed_in: Browser, clock: HandClock) -> None:
    bank = named("bank")
    code = bank.code(signed_in)
    assert error_of(named("turning").redeem(code)) == "invalid_grant"
    assert error_of(bank.redeem(code, code_verifier="w" * 64)) == "invalid_grant"
    assert error_of(bank.redeem(code, code_verifier=None)) == "invalid_grant"
    token = bank.redeem(code).get_json()["access_token"]
    clock.forward(seconds=1)
    assert error_of(bank.redeem(code)) == "invalid_grant"
    assert bank.userinfo(token).status_code == 401


@pytest.mark.spec("FAPI 2.0 5.3.2.1")
def test_refresh_tokens_do_not_change_and_stay_good_as_long_as_they_are_used(
    bank: Bank, signed_in: Browser, clock: HandClock
) -> None:
    token = bank.tokens(signed_in, scope=OFFLINE)["refresh_token"]
    for _ in range(3):
        clock.forward(days=29)
        assert bank.refresh(token).get_json()["refresh_token"] == token
    clock.forward(days=30)
    assert error_of(bank.refresh(token)) == "invalid_grant"


@pytest.mark.spec("FAPI 2.0 5.3.2.1")
def test_where_they_change_a_retry_is_taken_for_thirty_seconds(
    named: Any, signed_in: Browser, clock: HandClock
) -> None:
    turning = named("turning")
    token = turning.tokens(signed_in, scope=OFFLINE)["refresh_token"]
    successor = turning.refresh(token).get_json()["refresh_token"]
    clock.forward(seconds=29)
    assert turning.refresh(token).get_json()["refresh_token"] == successor
    clock.forward(seconds=1)
    assert error_of(turning.refresh(token)) == "invalid_grant"
    assert error_of(turning.refresh(successor)) == "invalid_grant"
