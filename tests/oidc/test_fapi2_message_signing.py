"""FAPI 2.0 Message Signing: apps that sign what they ask and have the answers signed."""

from typing import Any

import pytest

from idp.settings.client import Client
from idp.settings.root import Settings
from tests.conftest import START, HandClock
from tests.oidc.conftest import Party
from tests.oidc.holder import Holder
from tests.oidc.relying_party import ISSUER, Browser, answer_of
from tests.oidc.test_fapi2_security_profile import Bank
from tests.oidc.test_rfc6749_token_endpoint import error_of
from tests.oidc.test_rfc7523_client_assertions import key_set
from tests.oidc.test_rfc9101_jar import signed

NOW = int(START.timestamp())


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual apps, and one that signs messages."""
    paris = settings.landlords["paris"]
    app = Client(
        client_id="bank",
        name="Bank",
        profile="fapi2_message_signing",
        jwks=key_set("r", "e", "o"),
        redirect_uris=["https://bank.example/cb"],
        scopes=["openid"],
        first_party=True,
    )
    landlord = paris.model_copy(update={"clients": [*paris.clients, app]})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": landlord}})


@pytest.fixture
def bank(party: Party, clock: HandClock) -> Bank:
    found, holder = party("bank"), Holder(clock)
    return Bank(found.app, found.client, holder, holder)


def push(bank: Bank, alg: str = "PS256", **changes: Any) -> Any:
    """Push a signed request that asks for a signed answer."""
    return bank.ask("/par", request=signed(bank, alg, **({"response_mode": "jwt"} | changes)))


@pytest.mark.spec("FAPI 2.0 Message Signing 5.3.1")
@pytest.mark.spec("FAPI 2.0 Message Signing 5.4.1")
@pytest.mark.parametrize("mode", ["jwt", "query.jwt"])
def test_request_and_answer_are_signed(bank: Bank, signed_in: Browser, mode: str) -> None:
    reference = push(bank, response_mode=mode).get_json()["request_uri"]
    answer = answer_of(signed_in.get("/authorize", {"client_id": "bank", "request_uri": reference}))
    assert set(answer) == {"response"}
    told = bank.read(answer["response"])
    assert told.header["alg"] == "ES256"
    assert (told.claims["iss"], told.claims["aud"], told.claims["state"]) == (ISSUER, "bank", "a state")
    assert bank.redeem(told.claims["code"]).get_json()["token_type"] == "DPoP"


@pytest.mark.spec("FAPI 2.0 Message Signing 5.3.1")
@pytest.mark.parametrize(
    "changes",
    [
        {"exp": None},
        {"nbf": None},
        {"exp": NOW},
        {"exp": NOW + 3601},
        {"nbf": NOW - 3601},
        {"nbf": NOW - 1800, "exp": NOW + 1801},
        {"nbf": NOW + 61},
        {"aud": f"{ISSUER}/par"},
        {"iss": "web"},
    ],
)
def test_a_request_object_says_how_long_it_is_good_and_for_whom(bank: Bank, changes: dict[str, Any]) -> None:
    response = push(bank, **changes)
    assert (response.status_code, error_of(response)) == (400, "invalid_request_object")
    assert push(bank, nbf=NOW + 10, exp=NOW + 3600).status_code == 201


@pytest.mark.threat("T-56")
@pytest.mark.spec("FAPI 2.0 Message Signing 5.3.1")
def test_a_request_is_signed_and_not_with_rs256(bank: Bank) -> None:
    unsigned, weak = bank.push(response_mode="jwt"), push(bank, "RS256")
    assert (unsigned.status_code, error_of(unsigned)) == (400, "invalid_request")
    assert (weak.status_code, error_of(weak)) == (400, "invalid_request_object")
    assert all(push(bank, alg).status_code == 201 for alg in ("PS256", "ES256", "Ed25519"))


@pytest.mark.spec("FAPI 2.0 Message Signing 5.4.1")
@pytest.mark.parametrize("mode", [None, "query", "form_post"])
def test_a_plain_answer_is_not_given(bank: Bank, mode: str | None) -> None:
    response = push(bank, response_mode=mode)
    assert (response.status_code, error_of(response)) == (400, "invalid_request")
