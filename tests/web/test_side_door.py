"""What holds for every address that apps ask directly."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from idp.app import create_app
from idp.domain.events import EventName
from idp.models import Event
from idp.services import audit, keys
from idp.settings.root import Settings
from idp.web.asked import BODY_LIMIT
from idp.web.database import db
from tests.addresses import Address, addresses
from tests.conftest import HandClock
from tests.mail_server import free_port
from tests.oidc.relying_party import HOST, basic

FORM = "application/x-www-form-urlencoded"
SERVICE = {"Authorization": basic("portal", "wrong")}
CANARY = "canary-5b1e"


def for_apps(app: Flask) -> list[Address]:
    return [address for address in addresses(app) if address.stance and not address.stance.browser]


def test_a_head_tells_what_a_get_would(app: Flask) -> None:
    browser = app.test_client()
    whole, head = browser.get("/paris/jwks", base_url=HOST), browser.head("/paris/jwks", base_url=HOST)
    assert head.data == b""
    assert dict(head.headers) == dict(whole.headers)
    assert int(head.headers["Content-Length"]) == len(whole.data)


def test_a_document_that_is_known_is_not_sent_again(app: Flask) -> None:
    browser = app.test_client()
    etag = browser.get("/paris/jwks", base_url=HOST).headers["ETag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        again = browser.get("/paris/jwks", base_url=HOST, headers={"If-None-Match": known})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert browser.get("/paris/jwks", base_url=HOST, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "PUT", "TRACE", "BREW"])
def test_other_methods_are_named_and_refused(app: Flask, method: str) -> None:
    for address in for_apps(app):
        if address.varies or method in address.methods or "POST" not in address.methods:
            continue
        answer = app.test_client().open(f"/paris{address.path}", method=method, base_url=HOST)
        if address.path != "/social/<name>/callback":
            assert (answer.status_code, answer.get_json()["error"]) == (405, "invalid_request"), address.path
            assert set(answer.headers["Allow"].split(", ")) == address.methods
            assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.threat("T-75")
def test_a_long_body_is_refused(app: Flask) -> None:
    answer = app.test_client().post("/paris/token", base_url=HOST, data=b"x" * (BODY_LIMIT + 1), content_type=FORM)
    assert (answer.status_code, answer.get_json()["error"]) == (413, "invalid_request")


@pytest.mark.threat("T-75")
@pytest.mark.parametrize("announced", ["9", "-1", "1_0", "٣", "x", "99999999999999999999999"])
def test_a_body_that_is_not_as_long_as_announced_is_refused(app: Flask, announced: str) -> None:
    environ: Any = {"CONTENT_LENGTH": announced, "wsgi.input": BytesIO(b"a=b")}
    answer = app.test_client().post("/paris/token", base_url=HOST, content_type=FORM, environ_overrides=environ)
    assert answer.status_code in (400, 401, 413), announced
    assert answer.get_json()["error"] in ("invalid_request", "invalid_client")


@pytest.mark.threat("T-79")
def test_a_fault_of_ours_is_an_error_that_says_nothing_and_leaves_nothing(
    app: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(CANARY)

    secret = {"Authorization": basic("portal", "portal-secret-for-tests-0123456789abcdef")}
    browser = app.test_client()
    with monkeypatch.context() as patched:
        patched.setattr(keys, "published", fail)
        answer = browser.get("/paris/jwks", base_url=HOST)
    assert (answer.status_code, answer.get_json()["error"]) == (500, "server_error")
    assert answer.headers["Cache-Control"] == "no-store"
    failed, told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (failed["event"], failed["endpoint"], told["status"]) == ("request.failed", "oidc.jwks", 500)
    assert failed["reference"]
    assert CANARY not in json.dumps([failed, told])

    def record_and_fail(work: Any, *_: object) -> None:
        audit.record(work, EventName.PURGED)
        raise RuntimeError(CANARY)

    with monkeypatch.context() as patched:
        patched.setattr("idp.oidc.revocation._revoke", record_and_fail)
        answer = browser.post("/paris/revoke", base_url=HOST, headers=secret, data={"token": "x"})
        assert answer.status_code == 500
    browser.post("/paris/revoke", base_url=HOST, headers=secret, data={"token": "x"})
    with engine.connect() as connection:
        assert "purge.done" not in connection.scalars(select(Event.name)).all()
    assert "purge.done" not in capsys.readouterr().err


@pytest.mark.threat("T-83")
def test_without_redis_apps_are_counted_too(settings: Settings, clock: HandClock) -> None:
    limits = settings.rate_limits.model_copy(
        update={"storage": f"redis://127.0.0.1:{free_port()}", "protocol": "3 per minute"}
    )
    app = create_app(settings.model_copy(update={"rate_limits": limits}), clock)
    answers = [
        app.test_client().post("/paris/token", base_url=HOST, headers=SERVICE, data={"grant_type": "x"}).status_code
        for _ in range(5)
    ]
    with app.app_context():
        db.engine.dispose()
    assert answers == [401] * 3 + [429] * 2


def test_ceilings_of_the_same_height_are_counted_apart(settings: Settings, clock: HandClock) -> None:
    limits = settings.rate_limits.model_copy(update={"pages": "2 per minute", "protocol": "2 per minute"})
    app = create_app(settings.model_copy(update={"rate_limits": limits}), clock)

    def ask(path: str) -> list[int]:
        return [app.test_client().get(path, base_url=HOST).status_code for _ in range(3)]

    assert ask("/paris/help") == [200, 200, 429]
    assert ask("/paris/jwks") == [200, 200, 429]
    with app.app_context():
        db.engine.dispose()


def test_more_at_once_than_there_are_connections_at_hand(app: Flask, engine: Engine) -> None:
    def ask(_: int) -> int:
        form = {"token": "x" * 43}
        secret = {"Authorization": basic("portal", "portal-secret-for-tests-0123456789abcdef")}
        return app.test_client().post("/paris/introspect", base_url=HOST, headers=secret, data=form).status_code

    with ThreadPoolExecutor(32) as pool:
        assert set(pool.map(ask, range(128))) == {200}
    with app.app_context():
        db.engine.dispose()
        assert "Checked out connections: 0" in engine.pool.status() or "NullPool" in engine.pool.status()
