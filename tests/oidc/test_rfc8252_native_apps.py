"""Apps on a telephone or tablet (RFC 8252): no secret, PKCE, a private-use scheme or the loopback."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Flask

from tests.conftest import MakeWork
from tests.oidc.relying_party import VERIFIER
from tests.people import PASSWORD, add_account, add_holder
from tests.visitor import BASE, Visitor


@pytest.fixture
def tenant(app: Flask, make_work: MakeWork) -> Visitor:
    """Somebody at moselle with an account, in front of the telephone's browser."""
    work = make_work("moselle")
    add_account(work, add_holder(work, "lef120034"))
    work.db.commit()
    return Visitor(app, "moselle")


def ask(visitor: Visitor, redirect_uri: str, **changes: str) -> None:
    """Send the browser to the provider as the app does."""
    values = {
        "client_id": "mobile",
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": "openid contracts offline_access",
        "state": "s",
        "nonce": "n",
        "code_challenge": create_s256_code_challenge(VERIFIER),
        "code_challenge_method": "S256",
        **changes,
    }
    visitor.page = visitor.client.get("/moselle/authorize", query_string=values, base_url=BASE)


@pytest.mark.spec("RFC 8252 8.5")
@pytest.mark.journey("moselle-1")
@pytest.mark.parametrize("redirect_uri", ["example.mirabelle.app:/callback", "http://127.0.0.1:51004/callback"])
def test_the_app_gets_its_tokens_without_a_secret(tenant: Visitor, redirect_uri: str) -> None:
    ask(tenant, redirect_uri)
    tenant.follow()
    tenant.submit(identifier="LEF120034", password=PASSWORD)
    assert tenant.page is not None
    assert tenant.page.location.startswith(redirect_uri + "?code=")
    code = dict(parse_qsl(urlsplit(tenant.page.location).query))["code"]
    form = {
        "grant_type": "authorization_code",
        "client_id": "mobile",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": VERIFIER,
    }
    answer = tenant.client.post("/moselle/token", data=form, base_url=BASE)
    assert answer.status_code == 200
    assert {"access_token", "id_token", "refresh_token"} <= set(answer.get_json())


@pytest.mark.spec("RFC 8252 8.4")
@pytest.mark.journey("moselle-1")
@pytest.mark.threat("T-52")
@pytest.mark.parametrize(
    "redirect_uri",
    [
        "example.mirabelle.app://callback",
        "http://127.0.0.1:51004/other",
        "http://192.0.2.1:51004/callback",
        "evil:/x",
    ],
)
def test_no_other_app_of_the_telephone_gets_the_code(tenant: Visitor, redirect_uri: str) -> None:
    ask(tenant, redirect_uri)
    assert tenant.page is not None
    assert tenant.page.status_code == 400
    assert "Location" not in tenant.page.headers


@pytest.mark.spec("RFC 8252 6")
@pytest.mark.journey("moselle-1")
def test_without_pkce_it_is_refused(tenant: Visitor) -> None:
    ask(tenant, "example.mirabelle.app:/callback", code_challenge="", code_challenge_method="")
    assert tenant.page is not None
    assert "error=invalid_request" in tenant.page.headers.get("Location", "")
