"""The landlords' apps as the protocol needs them, and how they show who they are (RFC 6749 §2.3)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote_plus, urlsplit

from flask import Flask

from idp.oidc import client_assertions
from idp.oidc import parameters as read
from idp.oidc.parameters import Malformed, Parameters
from idp.services import apps
from idp.settings.client import Client
from idp.settings.secret_files import NotReadyError, read_secret
from idp.web.asked import Answer, Asked, error
from idp.web.runtime import EXTENSION, Runtime

CLIENTS = "loge.clients"
SECRET_LENGTH = 32
ASSERTION = {"client_assertion", "client_assertion_type"}
NOBODY = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Registered:
    """One landlord's apps, ready for every request.

    Attributes:
        secrets: SHA-256 of the secret of each that has one.
        origins: where the scripts of public web apps run; only these may read answers across origins.
    """

    secrets: Mapping[str, bytes]
    origins: frozenset[str]


def init(app: Flask) -> None:
    """Read the apps' secrets once.

    Raises:
        NotReadyError: when a secret does not exist, is open to others, or is short.
    """
    runtime: Runtime = app.extensions[EXTENSION]
    app.extensions[CLIENTS] = {
        slug: Registered(
            {client.client_id: _secret_of(client) for client in landlord.clients if client.secret_file},
            frozenset(origin for client in landlord.clients for origin in _origins(client)),
        )
        for slug, landlord in runtime.settings.landlords.items()
    }


def origins(app: Flask) -> Mapping[str, frozenset[str]]:
    """Tell for each landlord where the scripts of its public web apps run."""
    found: Mapping[str, Registered] = app.extensions[CLIENTS]
    return {slug: registered.origins for slug, registered in found.items()}


def _known(request: Asked, client_id: str) -> tuple[Client | None, bytes]:
    """Find an app, and the digest of its secret; who has none has the digest of nothing."""
    client = request.landlord.client(client_id)
    if client is not None:
        registered: Registered = request.kept[CLIENTS][request.landlord.slug]
        return client, registered.secrets.get(client_id, NOBODY)
    found = apps.stored(request.work, client_id)
    if found is None:
        return None, NOBODY
    return found.client, bytes.fromhex(found.secret_hash) if found.secret_hash else NOBODY


def asked_by_app(request: Asked) -> tuple[Client, Parameters] | Answer:
    """Read the parameters of a request, and find out which app it is from.

    Args:
        request: the request.

    Returns:
        the app and the parameters, or the error to answer.
    """
    parameters = read.from_body(request)
    if isinstance(parameters, Malformed):
        return error("invalid_request", parameters.why)
    client = authenticate(request, parameters)
    return client if isinstance(client, Answer) else (client, parameters)


def authenticate(request: Asked, parameters: Parameters) -> Client | Answer:
    """Find out which app sends a request, by exactly the method registered for it (RFC 6749 §2.3.1).

    Args:
        request: the request.
        parameters: those of the body.

    Returns:
        the app, or the error to answer; an unknown app and a wrong secret look the same.
    """
    header = request.header("Authorization")
    asserted = bool(ASSERTION & parameters.keys())
    if [header is not None, "client_secret" in parameters, asserted].count(True) > 1:
        return error("invalid_request", "the app shows who it is in two ways at once")
    method, client_id, secret = _shown(parameters, header, asserted=asserted)
    client, expected = _known(request, client_id)
    matches = hmac.compare_digest(hashlib.sha256(secret.encode()).digest(), expected)
    proven = client is not None and client.auth == method and matches
    if client is None or not proven or (asserted and not client_assertions.proves(request, parameters, client)):
        challenge = [("WWW-Authenticate", f'Basic realm="{request.landlord.slug}"')] if header is not None else []
        return error(
            "invalid_client", "the app is not known, or did not show who it is", HTTPStatus.UNAUTHORIZED, *challenge
        )
    return client


def _shown(parameters: Parameters, header: str | None, *, asserted: bool) -> tuple[str, str, str]:
    """Read in which way an app shows who it is, who it says it is, and its secret; an empty one is none (§2.3.1)."""
    if asserted:
        return "private_key_jwt", client_assertions.named(parameters), ""
    if header is not None:
        client_id, secret = _basic(header)
        named = client_id if parameters.get("client_id", client_id) == client_id else ""
        return "client_secret_basic" if secret else "none", named, secret
    secret = parameters.get("client_secret", "")
    return "client_secret_post" if secret else "none", parameters.get("client_id", ""), secret


def _basic(header: str) -> tuple[str, str]:
    """Decode Basic credentials, which are form-encoded inside the base64; what is broken is nobody's."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        return (
            (unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")) if colon else ("", "")
        )
    except (binascii.Error, UnicodeError):
        return "", ""


def _secret_of(client: Client) -> bytes:
    assert client.secret_file is not None
    secret = read_secret(client.secret_file)
    if len(secret) < SECRET_LENGTH:
        raise NotReadyError(f"{client.secret_file} holds fewer than {SECRET_LENGTH} characters")
    return hashlib.sha256(secret.encode()).digest()


def _origins(client: Client) -> list[str]:
    if client.auth != "none" or client.application_type != "web":
        return []
    return [f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, client.redirect_uris)]
