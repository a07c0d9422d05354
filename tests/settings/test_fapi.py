"""What a profile of FAPI 2.0 sets in an app's entry, and what it does not allow there."""

from typing import Any

import pytest

from idp.settings.client import Client
from tests.oidc.test_rfc7523_client_assertions import key_set

PROFILES = ("fapi2", "fapi2_message_signing")


def entry(profile: str = "fapi2", **values: Any) -> Client:
    usual = {"client_id": "bank", "name": "Bank", "jwks": key_set("e"), "redirect_uris": ["https://bank.example/cb"]}
    return Client.model_validate({"profile": profile, **usual, **values})


@pytest.mark.spec("FAPI 2.0 5.3.2.1")
@pytest.mark.parametrize("profile", PROFILES)
def test_one_line_turns_everything_on(profile: str) -> None:
    client = entry(profile)
    assert client.auth == "private_key_jwt"
    assert client.require_pushed_authorization_requests
    assert client.dpop_bound_access_tokens
    assert client.pkce == "required"
    assert client.signing_alg == "ES256"
    assert not client.refresh_rotation
    assert client.require_signed_request_object == (profile == "fapi2_message_signing")


@pytest.mark.parametrize("profile", PROFILES)
def test_the_entry_may_repeat_and_choose(profile: str) -> None:
    client = entry(profile, auth="private_key_jwt", signing_alg="PS256", refresh_rotation=True, pkce="required")
    assert (client.signing_alg, client.refresh_rotation) == ("PS256", True)


@pytest.mark.spec("FAPI 2.0 5.3.2.1")
@pytest.mark.spec("FAPI 2.0 5.3.2.2")
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"auth": "none"}, 'wants auth = "private_key_jwt"'),
        ({"auth": "client_secret_basic", "secret_file": "x"}, 'wants auth = "private_key_jwt"'),
        ({"require_pushed_authorization_requests": False}, "wants require_pushed_authorization_requests = true"),
        ({"dpop_bound_access_tokens": False}, "wants dpop_bound_access_tokens = true"),
        ({"pkce": "off"}, 'wants pkce = "required"'),
        ({"signing_alg": "RS256"}, 'refuses signing_alg = "RS256": take PS256, ES256 or Ed25519'),
        ({"userinfo_signed_response_alg": "RS256"}, 'refuses userinfo_signed_response_alg = "RS256"'),
        ({"redirect_uris": ["http://127.0.0.1/cb"]}, "wants redirect_uris with https, and http://127.0.0.1/cb"),
        ({"jwks": {"keys": [key_set("r")["keys"][0] | {"alg": "RS256"}]}}, "jwks holds no key for another algorithm"),
        ({"grant_types": ["urn:ietf:params:oauth:grant-type:device_code"]}, "its requests cannot be pushed"),
        ({"jwks": None}, "needs the app's public keys"),
    ],
)
def test_what_contradicts_it_is_said_in_words(profile: str, values: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match="1 validation error") as refused:
        entry(profile, **values)
    assert words in str(refused.value)


def test_everything_is_said_at_once() -> None:
    with pytest.raises(ValueError, match="pkce") as refused:
        entry("fapi2_message_signing", pkce="off", signing_alg="RS256", require_signed_request_object=False)
    for words in ("pkce", "signing_alg", "require_signed_request_object = true"):
        assert words in str(refused.value)


def test_a_refresh_token_that_stays_needs_another_proof() -> None:
    usual = {"client_id": "app", "name": "App", "auth": "none", "redirect_uris": ["https://app.example/cb"]}
    with pytest.raises(ValueError, match="refresh_rotation = false"):
        Client.model_validate({**usual, "refresh_rotation": False})
    assert Client.model_validate({**usual, "refresh_rotation": False, "dpop_bound_access_tokens": True})


@pytest.mark.parametrize("profile", ["fapi", "FAPI2", ""])
def test_other_profiles_are_not_known(profile: str) -> None:
    with pytest.raises(ValueError, match="profile"):
        entry(profile)
