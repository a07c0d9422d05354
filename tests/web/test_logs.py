import ast
import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from idp import logs
from idp.domain.events import EventName
from idp.logs import Log
from idp.services import audit
from idp.services.work import Origin, Work
from idp.settings.root import Settings
from idp.web.database import db
from idp.web.runtime import runtime_of
from tests.conftest import HandClock
from tests.guards.sources import modules, shown, tree

CANARY = "canary-7f3a"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def log(capsys: Capture) -> Iterator[Log]:
    logs.configure()
    yield Log("idp.test")
    logging.getLogger(logs.OWN).setLevel(logging.NOTSET)


def entries(capsys: Capture) -> list[dict[str, object]]:
    """Read the log: each line must be one entry."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_entry_is_one_line_of_json(log: Log, capsys: Capture) -> None:
    log.info("mail.sent", mail=7, kind="reset_password")
    (entry,) = entries(capsys)
    assert entry.pop("at")
    assert entry == {"level": "info", "event": "mail.sent", "mail": 7, "kind": "reset_password"}


@pytest.mark.threat("T-79")
@pytest.mark.parametrize("letters", ["\n", "\r\n", "\u2028", "\x85", "\x1b[2J", "\x00"])
def test_no_value_starts_a_line_of_its_own(log: Log, capsys: Capture, letters: str) -> None:
    log.info("request", endpoint=f'x{letters}{{"event":"sign_in.succeeded"}}')
    written = capsys.readouterr().err
    assert len(written.splitlines()) == 1
    assert written.isascii()
    assert json.loads(written)["event"] == "request"


@pytest.mark.threat("T-79")
def test_a_terminal_is_not_fooled_either(log: Log, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    logs.configure()
    log.info("request\x1b[2J\nforged", endpoint="a\nb")
    written = capsys.readouterr().err
    assert len(written.splitlines()) == 1
    assert "\x1b" not in written


@pytest.mark.threat("T-79")
def test_unknown_fields_are_left_out(log: Log, capsys: Capture) -> None:
    log.info("request", password=CANARY, endpoint="sign_in.submit")
    assert CANARY not in capsys.readouterr().err


@pytest.mark.threat("T-79")
def test_an_exception_shows_kinds_and_places_but_no_values(log: Log, capsys: Capture) -> None:
    def inner(password: str) -> int:
        return int(password)

    try:
        try:
            inner(CANARY)
        except ValueError as error:
            raise RuntimeError(CANARY) from error
    except RuntimeError:
        log.exception("request.failed")
    (entry,) = entries(capsys)
    assert entry["error"] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert "test_an_exception_shows" in str(entry["where"])
    assert CANARY not in json.dumps(entry)


@pytest.mark.threat("T-79")
def test_a_refusal_of_the_database_hides_its_parameters(app: Flask, log: Log, capsys: Capture) -> None:
    with app.app_context():
        try:
            db.session.execute(text("SELECT * FROM nothing WHERE a = :a"), {"a": CANARY})
        except Exception:
            log.exception("request.failed")
    (entry,) = entries(capsys)
    assert "sqlalchemy" in str(entry["error"])
    assert CANARY not in json.dumps(entry)


def test_libraries_speak_the_same_way(log: Log, capsys: Capture) -> None:
    logging.getLogger("alembic").info("quiet")
    logging.getLogger("alembic").warning("line one\nline two")
    (entry,) = entries(capsys)
    assert entry["event"] == "line one\nline two"
    assert entry["level"] == "warning"


@pytest.mark.threat("T-79")
def test_a_request_is_logged_without_its_address(app: Flask, capsys: Capture) -> None:
    address = f"http://localhost:8000/nothing-{CANARY}?token={CANARY}"
    app.test_client().get(address, headers={"Cookie": f"a={CANARY}"})
    written = capsys.readouterr().err
    entry = json.loads(written)
    assert (entry["event"], entry["method"], entry["status"], entry["endpoint"]) == ("request", "GET", 404, "none")
    assert entry["network"] == "127.0.0.0/24"
    assert entry["milliseconds"] >= 0
    assert CANARY not in written


def record(app: Flask, clock: HandClock, settings: Settings) -> None:
    """Record an event in the session of the open application context."""
    runtime = runtime_of(app)
    audit.record(
        Work(db.session(), clock(), settings.landlords["paris"], settings, runtime.vault, Origin("console")),
        EventName.KEY_ROTATED,
        count=2,
    )


def test_an_audit_event_is_logged_once_it_is_true(
    app: Flask, clock: HandClock, settings: Settings, capsys: Capture
) -> None:
    with app.app_context():
        record(app, clock, settings)
        assert capsys.readouterr().err == ""
        db.session.commit()
    (entry,) = entries(capsys)
    assert (entry["event"], entry["landlord"], entry["network"]) == ("key.rotated", "paris", "console")
    assert entry["details"] == {"count": 2}


def test_an_audit_event_that_came_to_nothing_is_not_logged(
    app: Flask, clock: HandClock, settings: Settings, capsys: Capture
) -> None:
    with app.app_context():
        record(app, clock, settings)
        db.session.rollback()
        db.session.commit()
    assert capsys.readouterr().err == ""


def test_every_entry_of_the_program_is_written_with_all_that_it_says() -> None:
    said = {
        f"{shown(path)}:{call.lineno}: {word.arg}"
        for path in modules("idp")
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("log.")
        for word in call.keywords
        if word.arg not in logs.KNOWN
    }
    assert said == set()
