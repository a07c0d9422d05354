"""RFC 6749 §4.4: apps that act in nobody's name."""

from typing import Any

import pytest

from idp.settings.client import Client, GrantType
from idp.settings.root import Settings
from tests.conftest import START, HandClock
from tests.oidc.conftest import Party
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, is_refused_locally
from tests.oidc.test_rfc6749_token_endpoint import error_of

NOW = int(START.timestamp())
GRANT: GrantType = "client_credentials"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual apps, a service, and an app that is both."""
    paris = settings.landlords["paris"]
    own: dict[str, Any] = {"grant_types": [GRANT], "scopes": [], "redirect_uris": []}
    usual: dict[str, Any] = {
        "secret_file": paris.clients[0].secret_file,
        "service_scopes": ["notices.read", "notices.write"],
    }
    services = [
        Client(client_id="service", name="Service", **own, **usual),
        Client(
            client_id="both",
            name="Both",
            first_party=True,
            grant_types=["authorization_code", "refresh_token", GRANT],
            scopes=["openid", "offline_access"],
            redirect_uris=["https://both.example/callback"],
            **usual,
        ),
    ]
    landlord = paris.model_copy(update={"clients": [*paris.clients, *services]})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": landlord}})


@pytest.fixture
def service(party: Party) -> RelyingParty:
    return party("service")


@pytest.mark.spec("RFC 6749 3.3")
@pytest.mark.spec("RFC 6749 4.4.3")
@pytest.mark.spec("RFC 9068 2.2")
@pytest.mark.parametrize("client_id", ["service", "both"])
def test_a_service_gets_an_access_token_in_its_own_name(party: Party, client_id: str) -> None:
    response = party(client_id).token(grant_type=GRANT)
    answer = response.get_json()
    token = party(client_id).read(answer.pop("access_token"))
    assert answer == {"token_type": "Bearer", "expires_in": 600, "scope": "notices.read notices.write"}
    assert response.headers["Cache-Control"] == "no-store"
    assert token.header["typ"] == "at+jwt"
    claims = dict(token.claims)
    assert len(claims.pop("jti")) == 43
    assert claims == {
        "iss": ISSUER,
        "sub": client_id,
        "aud": ISSUER,
        "client_id": client_id,
        "scope": "notices.read notices.write",
        "iat": NOW,
        "exp": NOW + 600,
    }


@pytest.mark.threat("T-62")
@pytest.mark.spec("RFC 6749 3.3")
def test_it_may_ask_for_less_and_for_nothing_else(party: Party) -> None:
    narrow = party("both").token(grant_type=GRANT, scope="notices.read").get_json()
    assert narrow["scope"] == "notices.read"
    for scope in ("openid", "offline_access", "notices.read profile", "notices.delete"):
        response = party("both").token(grant_type=GRANT, scope=scope)
        assert (response.status_code, error_of(response)) == (400, "invalid_scope"), scope


@pytest.mark.spec("RFC 9701 3")
@pytest.mark.spec("RFC 6749 4.4")
@pytest.mark.spec("RFC 6749 5.2")
def test_only_apps_registered_for_it_may(party: Party, signed_in: Browser) -> None:
    for client_id in ("web", "post", "script"):
        response = party(client_id).token(grant_type=GRANT)
        assert (response.status_code, error_of(response)) == (400, "unauthorized_client")
    for changes in ({"grant_type": "authorization_code", "code": "x"}, {"grant_type": "refresh_token"}):
        response = party("service").token(**changes)
        assert (response.status_code, error_of(response)) == (400, "unauthorized_client")
    uri = "https://service.example/callback"
    assert is_refused_locally(party("web").authorize(signed_in, client_id="service", redirect_uri=uri))
    assert is_refused_locally(party("web").authorize(signed_in, client_id="service", redirect_uri=""))
    assert party("both").tokens(signed_in, scope="openid offline_access")["refresh_token"]


@pytest.mark.spec("RFC 9700 4.15")
@pytest.mark.threat("T-60")
@pytest.mark.spec("RFC 9068 5")
def test_it_opens_no_persons_data(service: RelyingParty) -> None:
    response = service.userinfo(service.token(grant_type=GRANT).get_json()["access_token"])
    assert (response.status_code, response.get_json()["error"]) == (403, "insufficient_scope")


@pytest.mark.spec("RFC 7662 2.2")
@pytest.mark.spec("RFC 7009 2.1")
def test_it_can_be_looked_into_and_given_back(service: RelyingParty, party: Party, clock: HandClock) -> None:
    token, other = (service.token(grant_type=GRANT).get_json()["access_token"] for _ in range(2))
    told = service.introspect(token).get_json()
    assert (told["active"], told["sub"], told["scope"]) == (True, "service", "notices.read notices.write")
    assert party("both").introspect(token).get_json() == {"active": False}
    assert error_of(party("both").revoke(token)) == "invalid_grant"
    assert service.introspect(token).get_json()["active"] is True
    for _ in range(2):
        assert service.revoke(token).status_code == 200
        assert service.introspect(token).get_json() == {"active": False}
    assert service.introspect(other).get_json()["active"] is True
    clock.forward(minutes=10)
    assert service.introspect(other).get_json() == {"active": False}


@pytest.mark.spec("RFC 6749 4.4")
@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"redirect_uris": []}, "redirect_uris"),
        ({"grant_types": [GRANT]}, "redirect_uris"),
        ({"grant_types": ["authorization_code"], "scopes": ["openid", "offline_access"]}, "offline_access"),
        ({"auth": "none", "secret_file": None, "grant_types": ["authorization_code", GRANT]}, "secret"),
        ({"service_scopes": ["a"]}, "client_credentials"),
        ({"grant_types": ["authorization_code", GRANT], "service_scopes": ["openid"]}, "people"),
        ({"grant_types": ["authorization_code", GRANT], "service_scopes": ["two words"]}, "pattern"),
    ],
)
def test_the_configuration_says_what_is_wrong(values: dict[str, Any], word: str) -> None:
    usual = {"client_id": "a", "name": "A", "secret_file": "secret", "redirect_uris": ["https://a.example/callback"]}
    with pytest.raises(ValueError, match=word):
        Client(**(usual | values))
