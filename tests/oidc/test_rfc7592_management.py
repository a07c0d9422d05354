"""RFC 7592: apps read, replace and remove their registration."""

from typing import Any

import pytest
from flask import Flask

from idp.settings.root import Settings
from tests.conftest import MakeWork
from tests.oidc.registering import METADATA, new_token, offering, relying, send
from tests.oidc.relying_party import Browser, answer_of, is_refused_locally
from tests.oidc.test_core_consent import allow

PATH = "registration_client_uri"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual apps, at a landlord where others may register."""
    return offering(settings)


@pytest.fixture
def mine(app: Flask, make_work: MakeWork) -> dict[str, Any]:
    """What an app was told when it registered."""
    found: dict[str, Any] = send(app, "POST", "/register", new_token(make_work), METADATA).get_json()
    return found


def manage(app: Flask, method: str, mine: dict[str, Any], body: Any = None, token: str | None = None) -> Any:
    path = f"/register/{mine['client_id']}"
    assert mine[PATH].endswith(path)
    return send(app, method, path, mine["registration_access_token"] if token is None else token, body)


@pytest.mark.spec("RFC 7592 3")
@pytest.mark.spec("RFC 7592 2.1")
def test_an_app_reads_what_counts_without_its_secret(app: Flask, mine: dict[str, Any]) -> None:
    response = manage(app, "GET", mine)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.get_json() == {name: value for name, value in mine.items() if name != "client_secret"}


@pytest.mark.spec("RFC 7592 2.2")
def test_an_update_replaces_everything_at_once(app: Flask, mine: dict[str, Any], signed_in: Browser) -> None:
    changed = {
        "client_id": mine["client_id"],
        "client_secret": mine["client_secret"],
        "redirect_uris": ["https://watts.example/new"],
        "scope": "openid",
    }
    answer = manage(app, "PUT", mine, changed).get_json()
    assert (answer["redirect_uris"], answer["scope"]) == (["https://watts.example/new"], "openid")
    assert answer["client_name"] == mine["client_id"]
    assert "client_secret" not in answer
    assert is_refused_locally(relying(app, mine).authorize(signed_in))
    party = relying(app, {**mine, **answer})
    code = answer_of(allow(signed_in, party.authorize(signed_in, scope="openid")))["code"]
    assert party.redeem(code).status_code == 200


@pytest.mark.spec("RFC 7591 3.2.1")
@pytest.mark.spec("RFC 7592 2.2")
def test_the_secret_comes_and_goes_with_the_method(app: Flask, mine: dict[str, Any]) -> None:
    public = {**METADATA, "client_id": mine["client_id"], "token_endpoint_auth_method": "none"}
    answer = manage(app, "PUT", mine, public).get_json()
    assert not {"client_secret", "client_secret_expires_at"} & answer.keys()
    assert relying(app, mine).introspect("x").status_code == 401
    answer = manage(app, "PUT", mine, {**METADATA, "client_id": mine["client_id"]}).get_json()
    assert len(answer["client_secret"]) == 43
    assert relying(app, answer).introspect("x").get_json() == {"active": False}
    assert relying(app, mine).introspect("x").status_code == 401


@pytest.mark.spec("RFC 7592 2.1")
@pytest.mark.spec("RFC 7592 2.2")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": None}, "invalid_client_metadata"),
        ({"client_id": "portal"}, "invalid_client_metadata"),
        ({"client_secret": "x" * 43}, "invalid_client_metadata"),
        ({"client_secret": 7}, "invalid_client_metadata"),
        ({"registration_access_token": "x"}, "invalid_client_metadata"),
        ({"registration_client_uri": "x"}, "invalid_client_metadata"),
        ({"client_id_issued_at": 1}, "invalid_client_metadata"),
        ({"client_secret_expires_at": 0}, "invalid_client_metadata"),
        ({"redirect_uris": ["http://watts.example/"]}, "invalid_redirect_uri"),
        ({"scope": "openid contracts"}, "invalid_client_metadata"),
    ],
)
def test_an_update_that_is_refused_changes_nothing(
    app: Flask, mine: dict[str, Any], changes: dict[str, Any], error: str
) -> None:
    before = manage(app, "GET", mine).get_json()
    response = manage(app, "PUT", mine, {**METADATA, "client_id": mine["client_id"], **changes})
    assert (response.status_code, response.get_json()["error"]) == (400, error)
    assert manage(app, "GET", mine).get_json() == before


@pytest.mark.spec("RFC 7592 5")
@pytest.mark.spec("RFC 7592 2.3")
def test_a_removed_app_is_nobody_and_holds_nothing(app: Flask, mine: dict[str, Any], signed_in: Browser) -> None:
    party = relying(app, mine)
    code = answer_of(allow(signed_in, party.authorize(signed_in, scope="openid")))["code"]
    tokens = party.redeem(code).get_json()
    response = manage(app, "DELETE", mine)
    assert (response.status_code, response.data) == (204, b"")
    assert "Content-Length" not in response.headers  # RFC 9110 §8.6
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert is_refused_locally(party.authorize(signed_in))
    assert party.redeem(code).status_code == 401
    for method in ("GET", "DELETE"):
        assert manage(app, method, mine).status_code == 401


@pytest.mark.spec("RFC 7592 2")
@pytest.mark.threat("T-64")
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_with_the_apps_own_token(app: Flask, mine: dict[str, Any], make_work: MakeWork, method: str) -> None:
    other = send(app, "POST", "/register", new_token(make_work), METADATA).get_json()
    answers = [
        manage(app, method, mine, {}, token=token)
        for token in ("", "x" * 43, other["registration_access_token"], mine["client_secret"], new_token(make_work))
    ]
    unknown = {**mine, "client_id": "reg.nobody", PATH: "/register/reg.nobody"}
    configured = {**mine, "client_id": "portal", PATH: "/register/portal"}
    answers += [manage(app, method, one, {}) for one in (unknown, configured)]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1
    assert manage(app, "GET", mine).status_code == 200


@pytest.mark.spec("RFC 7592 2")
def test_a_method_that_is_not_there(app: Flask, mine: dict[str, Any]) -> None:
    response = manage(app, "POST", mine, {})
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, PUT, DELETE")
