"""The provider that the conformance suite tests: a person known in full, and the pages that its plans expect."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from examples.conformance.preparing import HERE, VAR, prepare
from idp.app import create_app
from idp.settings.loader import load
from idp.web.database import db
from tests.oidc.relying_party import basic
from tests.oidc.test_core_claims import STANDARD_CLAIMS

BASE = "https://localhost:9443"
CALLBACK = "https://localhost:8443/test/a/loge/callback"
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.chdir(tmp_path)
    assert prepare() == (f"{BASE}/conformance", 9443)
    assert prepare() == (f"{BASE}/conformance", 9443)
    app = create_app(load(HERE))
    yield app.test_client()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def opened(suite: FlaskClient, response: TestResponse) -> TestResponse:
    """Follow redirects until there is a page, or until they lead away."""
    while response.status_code == 303 and response.location.startswith("/"):
        response = suite.get(response.location, base_url=BASE)
    return response


def does(suite: FlaskClient, page: TestResponse, task: dict[str, Any]) -> TestResponse:
    """Do what a task of a plan does on a page: fill in the fields it names, and send the first form."""
    address = urlsplit(page.request.url)._replace(query="", fragment="").geturl()
    assert task["match"] == f"{address}*"
    token = TOKEN.search(page.text)
    assert token is not None
    typed = {command[2]: command[3] for command in task["commands"] if command[0] == "text"}
    assert all(f'name="{name}"' in page.text for name in typed)
    assert task["commands"][-1] == ["click", "css", "main form button[type=submit]"]
    return opened(suite, suite.post(page.request.url, data={"csrf_token": token[1], **typed}, base_url=BASE))


def test_the_core_plan_leads_through_our_pages_to_every_claim(suite: FlaskClient) -> None:
    plan = json.loads((VAR / "plans" / "core.json").read_text(encoding="utf-8"))
    sign_in, allow, _ = plan["browser"][0]["tasks"]
    client = plan["client"]
    asked = {
        "client_id": client["client_id"],
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid profile email phone address",
    }
    page = opened(suite, suite.get("/conformance/authorize", query_string=asked, base_url=BASE))
    answer = does(suite, does(suite, page, sign_in), allow)
    (code,) = parse_qs(urlsplit(answer.location).query)["code"]
    shown = basic(client["client_id"], client["client_secret"])
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    tokens = suite.post("/conformance/token", data=form, headers={"Authorization": shown}, base_url=BASE).get_json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    told = suite.get("/conformance/userinfo", headers=bearer, base_url=BASE).get_json()
    assert set(told) == {"sub"}.union(*STANDARD_CLAIMS.values())


def test_every_plan_is_about_apps_that_are_registered(suite: FlaskClient) -> None:
    landlord = load(HERE).landlords["conformance"]
    for path in (VAR / "plans").glob("*.json"):
        plan = json.loads(path.read_text(encoding="utf-8"))
        for app in (plan[name] for name in ("client", "client2", "client_secret_post") if name in plan):
            client = landlord.client(app["client_id"])
            assert client is not None
            assert [urlsplit(uri)._replace(query="").geturl() for uri in client.redirect_uris] == [CALLBACK]
            if client.secret_file is None:
                assert (VAR / f"{client.client_id}.json").exists()
            else:
                assert client.secret_file.read_text(encoding="utf-8").strip() == app["client_secret"]
