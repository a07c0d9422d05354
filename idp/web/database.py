"""The engine and the session, by Flask-SQLAlchemy, and what SQLite needs to behave like a server."""

import sqlite3
from pathlib import Path
from typing import Any

import orjson
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Engine, PoolProxiedConnection, event
from sqlalchemy.exc import InvalidatePoolError

from idp.direct_session import DirectSession
from idp.models import Base
from idp.web import postgres, sqlite

SPARE = 10
"""Connections beside those of the threads: of commands within the process, and of health checks."""


class Beginning(DirectSession):
    """A session whose transactions begin as SQLite needs it."""

    def begin_direct(self, pooled: PoolProxiedConnection) -> None:
        """Begin a transaction on SQLite, which would let several that write begin, and then fail."""
        if isinstance(pooled.driver_connection, sqlite3.Connection):
            sqlite.begin(pooled.driver_connection, pooled.info, reads=self.only_reads, routine=self.routine)


class OwnSession(Beginning, FlaskSession):
    """The session of a page or a command."""

    def engine(self) -> Engine:
        """Return the application's database."""
        return db.engine


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": OwnSession})


def present_session() -> OwnSession:
    """Return the session of the present request or command."""
    session = db.session()
    assert isinstance(session, OwnSession)
    return session


def init(app: Flask, url: str, threads: int) -> None:
    """Attach the database to an application.

    Args:
        app: the application.
        url: SQLAlchemy address; relative SQLite paths are taken from the working directory.
        threads: how many threads of a process answer; each has a connection for apps, and takes one for a page.
    """
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        url = f"sqlite:///{Path(url.removeprefix('sqlite:///')).absolute()}"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "json_serializer": _written,
        "json_deserializer": orjson.loads,
        "pool_size": threads,
        "max_overflow": threads + SPARE,
    }
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sqlite.prepare(db.engine)
        else:
            event.listen(db.engine, "checkout", _checked)


def _written(value: object) -> str:
    return orjson.dumps(value).decode()


def _checked(connection: Any, *_: object) -> None:
    """Refuse a connection of the pool that the server has closed, so that another one is opened."""
    if postgres.is_lost(connection):
        raise InvalidatePoolError("the server has closed the connection")
    if connection.autocommit:  # it comes from an app's session that ended with its thread
        connection.autocommit = False
