"""What the provider says of itself (OpenID Connect Discovery 1.0 §3, RFC 8414 §2), and its keys (RFC 7517)."""

import hashlib
import json
from functools import lru_cache
from http import HTTPStatus
from typing import get_args

from flask import Flask
from werkzeug.http import is_resource_modified

from idp.domain.assurance import levels
from idp.domain.claims import SCOPE_CLAIMS
from idp.oidc.authorization_checks import PROMPTS, RESPONSE_MODES
from idp.oidc.token import GRANTS
from idp.services import keys
from idp.settings import key_sets
from idp.settings.client import Client, Scope
from idp.settings.landlord import Landlord
from idp.web.asked import JSON, Answer, Asked
from idp.web.documents import Document
from idp.web.runtime import runtime_of
from idp.web.stance import stance

METADATA = "loge.metadata"
KEPT_FOR = "public, max-age=300"
SUBJECT_TYPES = list(get_args(Client.model_fields["subject_type"].annotation))
AUTH_METHODS = list(get_args(Client.model_fields["auth"].annotation))
SIGNED = ("id_token", "userinfo", "authorization", "introspection")
TOKEN_CLAIMS = ("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash")


def init(app: Flask) -> None:
    """Write every landlord's metadata once."""
    landlords = runtime_of(app).settings.landlords
    app.extensions[METADATA] = {slug: _written(json.dumps(describe(one))) for slug, one in landlords.items()}


@stance("protocol", csrf=False, cache=True, browser=False)
def metadata(request: Asked) -> Answer:
    """Answer with the metadata, the same in both forms."""
    return _answer(request, request.kept[METADATA][request.landlord.slug])


@stance("protocol", csrf=False, cache=True, browser=False)
def jwks(request: Asked) -> Answer:
    """Answer with the public halves of the published keys."""
    return _answer(request, _key_set(keys.published(request.work)))


def metadata_at_hand(app: Flask, landlord: Landlord) -> Document:
    """Return the metadata of a landlord."""
    found: Document = app.extensions[METADATA][landlord.slug]
    return found


def jwks_at_hand(app: Flask, landlord: Landlord) -> Document | None:
    """Return the published keys of a landlord, while the process knows them."""
    runtime = runtime_of(app)
    now = runtime.clock()
    ring = keys.at_hand(runtime.vault, landlord.slug, now)
    return None if ring is None else _key_set(ring.published(now))


def describe(landlord: Landlord) -> dict[str, object]:
    """Describe a landlord's provider: what works, and nothing that does not."""
    return {
        "issuer": landlord.issuer,
        **_endpoints(landlord),
        "scopes_supported": list(get_args(Scope)),
        "response_types_supported": ["code"],
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": list(GRANTS),
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": list(PROMPTS),
        "acr_values_supported": list(levels(second_factor=landlord.second_factor.is_there)),
        "subject_types_supported": SUBJECT_TYPES,
        **_authentication(),
        **{f"{what}_signing_alg_values_supported": list(keys.wanted(landlord)) for what in SIGNED},
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
        "claim_types_supported": ["normal"],
        "claims_supported": [*TOKEN_CLAIMS, *(name for names in SCOPE_CLAIMS.values() for name in names)],
        "ui_locales_supported": list(landlord.languages),
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_object_signing_alg_values_supported": key_sets.ALGORITHMS,
        "require_signed_request_object": False,
        "request_uri_parameter_supported": False,
        "require_pushed_authorization_requests": False,
        "dpop_signing_alg_values_supported": key_sets.ALGORITHMS,
    }


def _endpoints(landlord: Landlord) -> dict[str, object]:
    """Name the addresses; `/register` only where it is offered."""
    issuer = landlord.issuer
    return {
        "authorization_endpoint": f"{issuer}/authorize",
        "pushed_authorization_request_endpoint": f"{issuer}/par",
        "device_authorization_endpoint": f"{issuer}/device_authorization",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "revocation_endpoint": f"{issuer}/revoke",
        "introspection_endpoint": f"{issuer}/introspect",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/logout",
        **({"registration_endpoint": f"{issuer}/register"} if landlord.app_registration.offered else {}),
    }


def _authentication() -> dict[str, object]:
    """Describe how apps show who they are at each endpoint for apps (RFC 8414 §2)."""
    confidential = [name for name in AUTH_METHODS if name != "none"]
    methods = {"token": AUTH_METHODS, "revocation": AUTH_METHODS, "introspection": confidential}
    return {
        name: values
        for endpoint, ways in methods.items()
        for name, values in (
            (f"{endpoint}_endpoint_auth_methods_supported", ways),
            (f"{endpoint}_endpoint_auth_signing_alg_values_supported", key_sets.ALGORITHMS),
        )
    }


def _key_set(pairs: list[keys.Pair]) -> Document:
    return _written_once(tuple([pair.public_jwk for pair in pairs]))


@lru_cache(maxsize=256)
def _written_once(keys_as_json: tuple[str, ...]) -> Document:
    return _written(f'{{"keys": [{", ".join(keys_as_json)}]}}')


def _written(body: str) -> Document:
    content = body.encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = (("Content-Type", JSON), ("ETag", etag), ("Cache-Control", KEPT_FOR))
    return Document(Answer(HTTPStatus.OK, content, headers), etag)


def _answer(request: Asked, document: Document) -> Answer:
    if request.header("If-None-Match") is None or is_resource_modified(request.environ, document.etag):
        return document.whole
    return Answer(HTTPStatus.NOT_MODIFIED, b"", (("ETag", document.etag), ("Cache-Control", KEPT_FOR)))
