"""Client metadata as they travel (RFC 7591 §2), and the settings of a client that they stand for."""

from collections.abc import Mapping
from dataclasses import dataclass

NAMES: Mapping[str, str] = {
    "client_name": "name",
    "token_endpoint_auth_method": "auth",
    "redirect_uris": "redirect_uris",
    "post_logout_redirect_uris": "post_logout_redirect_uris",
    "grant_types": "grant_types",
    "application_type": "application_type",
    "jwks": "jwks",
    "policy_uri": "policy_uri",
    "tos_uri": "tos_uri",
    "id_token_signed_response_alg": "signing_alg",
    "userinfo_signed_response_alg": "userinfo_signed_response_alg",
    "require_pushed_authorization_requests": "require_pushed_authorization_requests",
    "require_signed_request_object": "require_signed_request_object",
    "dpop_bound_access_tokens": "dpop_bound_access_tokens",
}
"""What is understood; anything else is ignored (§2)."""
BY_HAND: Mapping[str, str] = {
    "jwks_uri": "send the keys themselves in jwks: the server fetches addresses of its administrator only",
    "backchannel_logout_uri": "only the administrator can have the server call an address",
    "frontchannel_logout_uri": "only the administrator can register this",
    "request_uris": "push the request instead (RFC 9126)",
    "sector_identifier_uri": "subjects are public",
}
"""What would be understood wrongly if it were ignored, and why it is refused."""
ISSUED = ("client_id_issued_at", "client_secret_expires_at", "registration_access_token", "registration_client_uri")
"""What an update must not hold (RFC 7592 §2.2)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with metadata: the registered error (§3.2.2), and words for the app's developer."""

    error: str
    why: str


def read(metadata: Mapping[str, object], usual_scope: list[str]) -> dict[str, object] | Fault:
    """Read what an app says of itself; the values are judged by the settings of a client.

    Args:
        metadata: the document.
        usual_scope: what an app gets that names no scope, except what lasts beyond the sign-in.
    """
    if "software_statement" in metadata:
        return Fault("invalid_software_statement", "software statements are not taken: nobody is trusted to make one")
    for name in metadata:
        if name in BY_HAND:
            return Fault("invalid_client_metadata", f"{name}: {BY_HAND[name]}")
        if name.endswith(("_encrypted_response_alg", "_encrypted_response_enc")):
            return Fault("invalid_client_metadata", f"{name}: answers are signed, and not encrypted")
    if metadata.get("response_types", ["code"]) != ["code"]:
        return Fault("invalid_client_metadata", "response_types: code is the only one")
    if metadata.get("subject_type", "public") != "public":
        return Fault("invalid_client_metadata", "subject_type: public is the only one")
    scope = metadata.get("scope")
    if scope is not None and not isinstance(scope, str):
        return Fault("invalid_client_metadata", "scope: write words with spaces between them")
    fields = {field: metadata[name] for name, field in NAMES.items() if metadata.get(name) is not None}
    usual = [word for word in usual_scope if word != "offline_access"]
    fields["scopes"] = usual if scope is None else list(dict.fromkeys(scope.split()))
    return fields


def write(fields: Mapping[str, object]) -> dict[str, object]:
    """Write what is registered (§3.2.1): as it counts, with what was left out filled in."""
    known = {name: fields[field] for name, field in NAMES.items() if fields.get(field) not in (None, [])}
    scopes = fields["scopes"]
    assert isinstance(scopes, list)
    return {**known, "response_types": ["code"], "scope": " ".join(scopes)}
