"""Documents that are answered at once say what the side door would, count as much, and are in the log."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from idp.app import create_app
from idp.models import SigningKey
from idp.services import keys
from idp.settings.root import Settings
from tests.conftest import HandClock, MakeWork
from tests.oidc.relying_party import HOST

KEYS = "/paris/jwks"
DOCUMENTS = (KEYS, "/paris/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/paris")


@pytest.fixture(autouse=True)
def _with_keys(make_work: MakeWork) -> None:
    work = make_work()
    keys.ensure(work)
    work.db.commit()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_the_first_answer_and_later_ones_are_the_same(app: Flask, path: str) -> None:
    browser = app.test_client()
    first, second, third = (browser.get(path, base_url=HOST) for _ in range(3))
    unconditional = browser.get(path, base_url=HOST, headers={"If-None-Match": '"another"'})  # by the side door
    for later in (second, third, unconditional):
        assert (later.status_code, later.data) == (200, first.data)
        assert sorted(later.headers) == sorted(first.headers)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents_count_against_the_ceiling_of_their_network(
    settings: Settings, clock: HandClock, path: str
) -> None:
    limits = settings.rate_limits.model_copy(update={"protocol": "3 per minute"})
    app = create_app(settings.model_copy(update={"rate_limits": limits}), clock)
    here = [app.test_client().get(path, base_url=HOST) for _ in range(5)]
    assert [answer.status_code for answer in here] == [200] * 3 + [429] * 2
    assert here[-1].get_json()["error"] == "temporarily_unavailable"
    there = app.test_client().get(path, base_url=HOST, environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    assert there.status_code == 200


def test_each_document_is_in_the_log(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        app.test_client().get(KEYS, base_url=HOST)
    entries = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    asked = [entry for entry in entries if entry["event"] == "request"]
    assert [entry["endpoint"] for entry in asked] == ["oidc.jwks"] * 2
    for entry in asked:
        assert (entry["landlord"], entry["method"], entry["status"]) == ("paris", "GET", 200)
        assert entry["milliseconds"] >= 0


def test_a_key_is_gone_the_second_it_is_retired(app: Flask, make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    work.db.execute(
        update(SigningKey).where(SigningKey.alg == "RS256").values(retires_at=clock.now + timedelta(seconds=2))
    )
    work.db.commit()
    counts = []
    for _ in range(4):
        counts.append(len(app.test_client().get(KEYS, base_url=HOST).get_json()["keys"]))
        clock.forward(seconds=1)
    assert counts == [2, 2, 1, 1]
