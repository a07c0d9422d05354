"""What is good at one landlord is nothing at another one of the same server."""

import pytest
from flask import Flask

from idp.services import keys
from tests.conftest import PORTAL_SECRET, MakeWork
from tests.oidc.relying_party import HOST, VERIFIER, Browser, RelyingParty

OTHERS = ("auvergne", "contrat", "moselle")


@pytest.mark.threat("T-20")
@pytest.mark.parametrize("landlord", OTHERS)
def test_no_token_code_or_session_crosses_over(
    app: Flask, web: RelyingParty, signed_in: Browser, make_work: MakeWork, landlord: str
) -> None:
    work = make_work(landlord)
    keys.ensure(work)
    work.db.commit()
    tokens = web.tokens(signed_in, scope="openid offline_access")
    code = web.code(signed_in)
    client = app.test_client()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert client.get(f"/{landlord}/userinfo", base_url=HOST, headers=bearer).status_code == 401

    callback = f"http://localhost:8001/{landlord}/callback"
    asked = (
        {"grant_type": "authorization_code", "code": code, "redirect_uri": callback, "code_verifier": VERIFIER},
        {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]},
    )
    for form in asked:
        answer = client.post(f"/{landlord}/token", base_url=HOST, data=form, auth=("portal", PORTAL_SECRET))
        assert answer.get_json()["error"] == "invalid_grant"
    assert web.redeem(code).status_code == 200

    session = signed_in.cookies.get_cookie("paris-session")
    client.set_cookie(f"{landlord}-session", session.value, domain="localhost", path="/")
    there = client.get(
        f"/{landlord}/authorize",
        base_url=HOST,
        query_string=web.request(client_id="portal", redirect_uri=callback),
    )
    assert there.location.startswith(f"/{landlord}/sign-in")


@pytest.mark.threat("T-20")
@pytest.mark.parametrize("landlord", OTHERS)
def test_an_app_of_one_landlord_is_unknown_at_another(app: Flask, web: RelyingParty, landlord: str) -> None:
    answer = app.test_client().get(f"/{landlord}/authorize", base_url=HOST, query_string=web.request())
    assert answer.status_code == 400
    assert "Location" not in answer.headers
