"""Which scripts of other origins may read an answer."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.oidc.conftest import Party
from tests.oidc.relying_party import HOST, NETWORK, Browser

OWN = "https://script.example"
FOREIGN = (
    "https://evil.example",
    "https://web.example",
    "http://script.example",
    "https://script.example:444",
    "null",
)
READABLE = (
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/jwks",
    "/token",
    "/userinfo",
    "/revoke",
)


def ask(app: Flask, method: str, path: str, origin: str) -> TestResponse:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return app.test_client().open(
        f"/paris{path}", method=method, base_url=HOST, headers=headers, environ_overrides=NETWORK
    )


@pytest.mark.spec("OIDC Core 5.3")
@pytest.mark.spec("RFC 7009 2.3")
@pytest.mark.threat("T-65")
@pytest.mark.parametrize("path", READABLE)
def test_scripts_of_public_apps_may_read(app: Flask, path: str) -> None:
    for method in ("GET", "OPTIONS"):
        response = ask(app, method, path, OWN)
        assert response.headers["Access-Control-Allow-Origin"] == OWN
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert "Origin" in response.headers["Vary"]
    assert "Authorization" in ask(app, "OPTIONS", path, OWN).headers["Access-Control-Allow-Headers"]


@pytest.mark.threat("T-65")
@pytest.mark.parametrize("path", READABLE)
def test_other_scripts_may_not(app: Flask, path: str) -> None:
    for origin in FOREIGN:
        for method in ("GET", "OPTIONS"):
            response = ask(app, method, path, origin)
            assert not [name for name, _ in response.headers if name.startswith("Access-Control-")], origin
            assert "Origin" in response.headers["Vary"]


@pytest.mark.spec("FAPI 2.0 5.2.3")
@pytest.mark.spec("RFC 9700 2.6")
@pytest.mark.threat("T-65")
@pytest.mark.parametrize("path", ["/authorize", "/authorize/resume", "/logout", "/sign-in", "/sign-out"])
def test_pages_are_for_no_script(app: Flask, path: str) -> None:
    for method in ("GET", "OPTIONS", "POST"):
        response = ask(app, method, path, OWN)
        assert not [name for name, _ in response.headers if name.startswith("Access-Control-")]


def test_a_public_app_completes_a_sign_in(party: Party, signed_in: Browser) -> None:
    script = party("script")
    tokens = script.tokens(signed_in, scope="openid offline_access")
    assert script.userinfo(tokens["access_token"]).status_code == 200
    assert script.refresh(tokens["refresh_token"]).status_code == 200
