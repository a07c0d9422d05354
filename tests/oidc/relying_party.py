"""An app as its developer would write it, and the browser in front of it, without a screen."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet
from werkzeug.test import TestResponse

from idp.settings.client import Client
from tests.conftest import PORTAL_SECRET

HOST = "http://localhost:8000"
ISSUER = f"{HOST}/paris"
VERIFIER = "v" * 64
NETWORK = {"REMOTE_ADDR": "192.0.2.7"}


@dataclass
class Browser:
    """A browser: cookies, and nothing followed by itself."""

    app: Flask
    cookies: Any = field(init=False)

    def __post_init__(self) -> None:
        self.cookies = self.app.test_client()

    def get(self, path: str, parameters: Any = None, **headers: str) -> TestResponse:
        """Open an address of the landlord."""
        return self._open("GET", path, query_string=parameters, headers=headers)

    def post(self, path: str, parameters: Any = None, **headers: str) -> TestResponse:
        """Send a form to an address of the landlord."""
        return self._open("POST", path, data=parameters, headers=headers)

    def follow(self, response: TestResponse) -> TestResponse:
        """Follow a redirect within the provider."""
        assert response.location.startswith("/paris/"), response.location
        return self._open("GET", response.location.removeprefix("/paris"))

    def _open(self, method: str, path: str, **request: Any) -> TestResponse:
        response: TestResponse = self.cookies.open(
            f"/paris{path}", method=method, base_url=HOST, environ_overrides=NETWORK, **request
        )
        return response


@dataclass
class RelyingParty:
    """One app of the landlord.

    Attributes:
        app: the provider.
        client: how the app is registered.
        prove: makes a proof of a key for the method and address of a request, and the access token in it (RFC 9449).
        secret: what it shows, where it has one.
    """

    app: Flask
    client: Client
    prove: Callable[[str, str, str | None], str] | None = None
    secret: str = field(default=PORTAL_SECRET, kw_only=True)

    def request(self, **changes: str | None) -> dict[str, str]:
        """Compose an authorization request; None takes a parameter away."""
        usual = {
            "client_id": self.client.client_id,
            "redirect_uri": self.client.redirect_uris[0],
            "response_type": "code",
            "scope": "openid",
            "state": "a state",
            "nonce": "a nonce",
            "code_challenge": create_s256_code_challenge(VERIFIER),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def authorize(self, browser: Browser, **changes: str | None) -> TestResponse:
        """Send the browser to the provider."""
        return browser.get("/authorize", self.request(**changes))

    def code(self, browser: Browser, **changes: str | None) -> str:
        """Get a code for the person who is signed in."""
        return answer_of(self.authorize(browser, **changes))["code"]

    def redeem(self, code: str, **changes: str | None) -> TestResponse:
        """Exchange a code for tokens."""
        usual = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect_uris[0],
            "code_verifier": VERIFIER,
        }
        return self.token(**(usual | changes))

    def refresh(self, refresh_token: str, **changes: str | None) -> TestResponse:
        """Exchange a refresh token for tokens."""
        return self.token(**({"grant_type": "refresh_token", "refresh_token": refresh_token} | changes))

    def tokens(self, browser: Browser, **changes: str | None) -> dict[str, Any]:
        """Sign the person of the browser in to the app."""
        response = self.redeem(self.code(browser, **changes))
        assert response.status_code == 200, response.text
        tokens: dict[str, Any] = response.get_json()
        return tokens

    def token(self, **parameters: str | None) -> TestResponse:
        """Ask the token endpoint."""
        return self.ask("/token", **parameters)

    def revoke(self, token: str, **parameters: str | None) -> TestResponse:
        """Give a token back."""
        return self.ask("/revoke", token=token, **parameters)

    def introspect(self, token: str, **parameters: str | None) -> TestResponse:
        """Ask what a token is worth."""
        return self.ask("/introspect", token=token, **parameters)

    def ask(self, path: str, **parameters: str | None) -> TestResponse:
        """Ask an endpoint for apps, showing who the app is as it is registered; None takes a parameter away."""
        sent = {name: value for name, value in parameters.items() if value is not None}
        headers = {}
        if self.client.auth == "client_secret_basic":
            headers["Authorization"] = basic(self.client.client_id, self.secret)
        else:
            sent = {"client_id": self.client.client_id} | sent
        if self.client.auth == "client_secret_post":
            sent = {"client_secret": self.secret} | sent
        return self.send(path, sent, **headers)

    def send(self, path: str, form: dict[str, str] | str, **headers: str) -> TestResponse:
        """Send a form from the app's own server, with a proof of its key where it has one."""
        if self.prove is not None:
            headers = {"DPoP": self.prove("POST", f"{ISSUER}{path}", None)} | headers
        return self.app.test_client().post(
            f"/paris{path}",
            base_url=HOST,
            data=form,
            headers=headers,
            content_type="application/x-www-form-urlencoded",
            environ_overrides=NETWORK,
        )

    def userinfo(self, access_token: str) -> TestResponse:
        """Ask who the person is."""
        return self.app.test_client().get(
            "/paris/userinfo",
            base_url=HOST,
            headers=self.shown(access_token),
            environ_overrides=NETWORK,
        )

    def shown(self, access_token: str) -> dict[str, str]:
        """Write the headers that show an access token, with a proof of the app's key where it has one."""
        if self.prove is None:
            return {"Authorization": f"Bearer {access_token}"}
        proof = self.prove("GET", f"{ISSUER}/userinfo", access_token)
        return {"Authorization": f"DPoP {access_token}", "DPoP": proof}

    def key_set(self) -> KeySet:
        """Fetch the provider's keys."""
        response = self.app.test_client().get("/paris/jwks", base_url=HOST, environ_overrides=NETWORK)
        return KeySet.import_key_set(response.get_json())

    def read(self, token: str) -> jwt.Token:
        """Check a token's signature with the published keys."""
        return jwt.decode(token, self.key_set(), algorithms=["RS256", "ES256", "PS256", "Ed25519"])

    def claims(self, token: str) -> dict[str, Any]:
        """Return the claims of a token that the provider signed."""
        claims: dict[str, Any] = self.read(token).claims
        return claims


def basic(client_id: str, secret: str) -> str:
    """Write Basic credentials (RFC 6749 §2.3.1)."""
    return "Basic " + base64.b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()


def cookies_set(response: TestResponse) -> list[str]:
    """Return the cookies that an answer sets, name and attributes, without their values."""
    return sorted(re.sub(r"=[^;]*", "", line, count=1) for line in response.headers.getlist("Set-Cookie"))


def answer_of(response: TestResponse) -> dict[str, str]:
    """Read the answer that a redirect carries to the app."""
    assert response.status_code == 303, response.text
    pairs = parse_qsl(urlsplit(response.location).query, keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def form_of(response: TestResponse) -> tuple[str, dict[str, str]]:
    """Read the form that carries an answer to the app: its address and its fields."""
    assert response.status_code == 200, response.text
    (action,) = re.findall(r'<form method="post" action="([^"]*)"', response.text)
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', response.text)
    return unescape(action), {name: unescape(value) for name, value in fields}


def is_refused_locally(response: TestResponse) -> bool:
    """Tell whether a request was answered by a page of the provider, without sending anybody anywhere."""
    return response.status_code == 400 and "Location" not in response.headers and response.mimetype == "text/html"
