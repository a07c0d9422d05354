"""Connections to the database: joined, given back, replaced."""

import os
import resource
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, select, text

from idp.app import create_app
from idp.domain.events import EventName
from idp.models import Event
from idp.services import audit
from idp.services.work import Origin, Work
from idp.settings.root import Settings
from idp.web.database import db
from idp.web.runtime import runtime_of
from idp.web.sqlite import READ_ONLY
from tests.conftest import HandClock

MANY = 1100


@pytest.fixture
def work(app: Flask, clock: HandClock) -> Iterator[Work]:
    runtime = runtime_of(app)
    with app.app_context():
        landlord = runtime.settings.landlords["paris"]
        yield Work(db.session(), clock(), landlord, runtime.settings, runtime.vault, Origin("console"))


def names() -> list[str]:
    with db.engine.connect().execution_options(**{READ_ONLY: True}) as other:
        return list(other.scalars(select(Event.name).order_by(Event.id)))


def test_what_models_and_prepared_statements_write_is_one_transaction(work: Work) -> None:
    audit.record(work, EventName.PURGED)
    assert [event.name for event in work.db.query(Event)] == ["purge.done"]
    work.db.add(Event(landlord="paris", happened_at=work.now, name="by a model", network="console", details={}))
    assert names() == []
    work.db.commit()
    assert names() == ["purge.done", "by a model"]


def test_what_waits_to_be_written_is_committed_with_the_rest(work: Work) -> None:
    work.db.add(Event(landlord="paris", happened_at=work.now, name="by a model", network="console", details={}))
    audit.record(work, EventName.PURGED)
    work.db.commit()
    assert sorted(names()) == ["by a model", "purge.done"]


@pytest.mark.parametrize("joined", [False, True])
def test_what_is_undone_was_never_there(work: Work, joined: bool) -> None:
    audit.record(work, EventName.PURGED)
    if joined:
        work.db.query(Event).all()
    work.db.rollback()
    audit.record(work, EventName.KEY_ROTATED)
    work.db.commit()
    assert names() == ["key.rotated"]


@pytest.mark.parametrize("joined", [False, True])
def test_who_leaves_without_a_word_leaves_nothing_and_keeps_no_connection(work: Work, joined: bool) -> None:
    audit.record(work, EventName.PURGED)
    if joined:
        work.db.query(Event).all()
    db.session.remove()
    assert names() == []
    assert "Checked out connections: 0" in db.engine.pool.status() or "NullPool" in db.engine.pool.status()


ON_POSTGRESQL = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgresql"), reason="needs PostgreSQL"
)


@ON_POSTGRESQL
def test_a_connection_of_a_process_with_thousands_of_open_files_serves(settings: Settings) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as opened, create_app(settings).app_context():
        for _ in range(MANY):
            opened.callback(os.close, os.open(os.devnull, os.O_RDONLY))
        for _ in range(2):
            assert db.session.scalar(text("SELECT 1")) == 1
            db.session.remove()
        db.engine.dispose()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@ON_POSTGRESQL
def test_a_connection_that_the_server_closed_is_replaced(settings: Settings) -> None:
    with create_app(settings).app_context():
        process = db.session.scalar(text("SELECT pg_backend_pid()"))
        db.session.commit()
        with create_engine(settings.database.url, poolclass=NullPool).connect() as connection:
            ended = text("SELECT pg_terminate_backend(:process, :milliseconds)")
            assert connection.scalar(ended, {"process": process, "milliseconds": 60_000}), "it has not ended yet"
        assert db.session.scalar(text("SELECT pg_backend_pid()")) != process
        db.session.remove()
        db.engine.dispose()
