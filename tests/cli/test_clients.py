import json
from pathlib import Path

import pytest
from flask import Flask

from idp.services import app_registration
from idp.settings.root import Settings
from tests.cli.conftest import Run
from tests.conftest import MakeWork
from tests.oidc.registering import METADATA, offering, send

AT = ("--landlord", "paris")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return offering(settings)


@pytest.fixture
def metadata(tmp_path: Path) -> str:
    file = tmp_path / "app.json"
    file.write_text(json.dumps(METADATA), encoding="utf-8")
    return str(file)


def added(run: Run, metadata: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(run("clients", "add", *AT, "--metadata", metadata).output)
    return found


def test_an_app_is_added_listed_renewed_and_removed(run: Run, metadata: str, app: Flask, make_work: MakeWork) -> None:
    made = added(run, metadata)
    name = made["client_id"]
    rows = json.loads(run("clients", "list", *AT, "--json").output)
    assert [(row["client_id"], row["from"]) for row in rows[-1:]] == [(name, "database")]
    assert ("portal", "file") in [(row["client_id"], row["from"]) for row in rows]
    listed = run("clients", "list", *AT).output
    assert "database" in listed
    assert made["client_secret"] not in listed
    secret = run("clients", "rotate-secret", name, *AT).output.strip()
    work = make_work()
    row = app_registration.find(work, name)
    assert row is not None
    assert app_registration.has_secret(row, secret)
    assert not app_registration.has_secret(row, made["client_secret"])
    work.db.rollback()
    assert send(app, "GET", f"/register/{name}", made["registration_access_token"]).status_code == 200
    assert run("clients", "remove", name, *AT).output == "removed\n"
    for command in ("remove", "rotate-secret"):
        assert run("clients", command, name, *AT).exit_code == 1
        assert run("clients", command, "portal", *AT).exit_code == 1


def test_metadata_that_are_wrong(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "app.json"
    for text, code in (("{", 2), ("[]", 2), ('{"redirect_uris": ["http://watts.example/"]}', 1)):
        file.write_text(text, encoding="utf-8")
        result = run("clients", "add", *AT, "--metadata", str(file))
        assert result.exit_code == code, text
    assert "invalid_redirect_uri" in result.output


def test_a_public_app_has_no_secret(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "app.json"
    file.write_text(json.dumps({**METADATA, "token_endpoint_auth_method": "none"}), encoding="utf-8")
    made = added(run, str(file))
    assert "client_secret" not in made
    assert "has no secret" in run("clients", "rotate-secret", made["client_id"], *AT).output


def test_a_token_lets_apps_register(run: Run, app: Flask) -> None:
    token = run("clients", "token", *AT, "--uses", "2", "--valid-for", "1d").output.strip()
    assert [send(app, "POST", "/register", token, METADATA).status_code for _ in range(3)] == [201, 201, 401]
    for wrong in (("--uses", "0"), ("--valid-for", "soon"), ("--valid-for", "400d"), ("--valid-for", "0s")):
        assert run("clients", "token", *AT, *wrong).exit_code == 2
    other = run("clients", "token", "--landlord", "moselle")
    assert (other.exit_code, "offered = true" in other.output) == (1, True)
