"""`profile = "fapi2"`: what it turns on for an app, and what contradicts it (FAPI 2.0 Security Profile)."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from idp.settings.key_sets import read

PLAIN = "plain"
Profile = Literal["plain", "fapi2", "fapi2_message_signing"]
MESSAGE_SIGNING: Profile = "fapi2_message_signing"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
WEAK = "RS256"  # PKCS #1 v1.5 padding (FAPI 2.0 Security Profile §5.4)
WANTED: Mapping[str, object] = {
    "auth": "private_key_jwt",
    "require_pushed_authorization_requests": True,
    "dpop_bound_access_tokens": True,
    "pkce": "required",
}
WANTED_OF_MESSAGES: Mapping[str, object] = {**WANTED, "require_signed_request_object": True}
USUAL: Mapping[str, object] = {"signing_alg": "ES256", "refresh_rotation": False}
"""What a profile chooses where the app's entry does not."""


def turn_on(values: Any) -> Any:
    """Fill in what a profile wants, before an app's entry is read; what stands in the entry stays as it is."""
    if not isinstance(values, dict) or values.get("profile", PLAIN) == PLAIN:
        return values
    return {**USUAL, **_wanted(values["profile"]), **values}


def contradictions(client: Mapping[str, Any]) -> Iterator[str]:
    """Say what in an app's entry its profile does not allow.

    Args:
        client: the entry, by the names of its settings.

    Yields:
        words for the administrator.
    """
    profile = client["profile"]
    if profile == PLAIN:
        return
    for name, value in _wanted(profile).items():
        if client[name] != value:
            yield f'profile = "{profile}" wants {name} = {_toml(value)}'
    for name in ("signing_alg", "userinfo_signed_response_alg"):
        if client[name] == WEAK:
            yield f'profile = "{profile}" refuses {name} = "{WEAK}": take PS256, ES256 or Ed25519'
    if DEVICE in client["grant_types"]:
        yield f'profile = "{profile}" refuses {DEVICE} in grant_types: its requests cannot be pushed'
    for uri in client["redirect_uris"]:
        if not uri.startswith("https://"):
            yield f'profile = "{profile}" wants redirect_uris with https, and {uri} has none'
    if isinstance(client["jwks"], dict) and all(key.algorithms <= {WEAK} for key in read(client["jwks"]).values()):
        yield f'profile = "{profile}" refuses {WEAK}, and jwks holds no key for another algorithm'


def _wanted(profile: str) -> Mapping[str, object]:
    return WANTED_OF_MESSAGES if profile == MESSAGE_SIGNING else WANTED


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'
