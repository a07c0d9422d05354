"""SQLite behaves like a server: who writes waits their turn, and what people were told is done lasts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event as Signal

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from idp.domain.events import EventName
from idp.models import Event
from idp.services import audit
from idp.services.work import Origin, Work
from idp.web.app_sessions import AppSession, AtHand
from idp.web.database import db, present_session
from idp.web.runtime import runtime_of
from idp.web.sqlite import Gate
from tests.addresses import addresses
from tests.conftest import HandClock

THREADS, EACH = 8, 20


def work_in(app: Flask, clock: HandClock) -> Work:
    runtime = runtime_of(app)
    landlord = runtime.settings.landlords["paris"]
    return Work(db.session(), clock(), landlord, runtime.settings, runtime.vault, Origin("console"))


def test_many_write_at_once_and_nobody_is_refused(app: Flask, clock: HandClock) -> None:
    def write(number: int) -> None:
        for turn in range(EACH):
            with app.app_context():
                own = work_in(app, clock)
                if (number + turn) % 2:  # half of them by way of the models
                    own.db.execute(select(Event.id).limit(1)).all()
                audit.record(own, EventName.PURGED)
                own.db.commit()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, range(THREADS)))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Event)) == THREADS * EACH


def test_the_gate_of_another_process_is_waited_for(tmp_path: Path) -> None:
    ours, theirs, passed = Gate(tmp_path / "gate"), Gate(tmp_path / "gate"), Signal()
    assert theirs.enter()

    def enter() -> None:
        assert ours.enter()
        passed.set()
        ours.leave()

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(enter)
        assert not passed.wait(0.05)
        theirs.leave()
        waiting.result(timeout=60)
    assert passed.is_set()


@pytest.mark.parametrize(("routine", "level"), [(True, 1), (False, 2)])
def test_what_apps_repeat_is_not_synced_and_what_people_did_is(
    app: Flask, clock: HandClock, routine: bool, level: int
) -> None:
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("of SQLite")
        for before in (not routine, routine):  # the connection comes from the pool with the level of somebody else
            present_session().routine = before
            audit.record(work_in(app, clock), EventName.PURGED)
            db.session.commit()
        audit.record(work_in(app, clock), EventName.PURGED)
        assert db.session.scalar(text("PRAGMA synchronous")) == level


def test_a_power_cut_takes_nothing_that_somebody_ended_or_registered(app: Flask) -> None:
    assert {address.endpoint for address in addresses(app) if address.stance and address.stance.routine} == {
        "oidc.token",
        "oidc.userinfo",
        "oidc.introspection",
        "oidc.par",
        "oidc.device_authorization",
        "oidc.authorize",
        "oidc.resume",
    }


def test_who_has_their_turn_does_not_wait_for_it_again(
    app: Flask, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[bool] = []
    enter = Gate.enter

    def count(gate: Gate) -> bool:
        turns.append(True)
        return enter(gate)

    monkeypatch.setattr("idp.web.sqlite.BUSY_SECONDS", 0)  # what would wait gives up at once
    monkeypatch.setattr(Gate, "enter", count)
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("of SQLite")
        own = replace(work_in(app, clock), db=AppSession(AtHand(db.engine, 1)))
        audit.record_alone(own, EventName.PURGED)
        audit.record(own, EventName.KEY_ROTATED)
        own.db.commit()
        assert len(turns) == 1
        assert db.session.scalars(select(Event.name).order_by(Event.id)).all() == ["purge.done", "key.rotated"]
        db.engine.dispose()
