"""The engine and the session, by Flask-SQLAlchemy, and what SQLite needs to behave like a server."""

import sqlite3
from pathlib import Path
from select import POLLIN, poll
from typing import Any

import orjson
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Engine, PoolProxiedConnection, event
from sqlalchemy.exc import InvalidatePoolError

from idp.direct_session import DirectSession
from idp.models import Base
from idp.web import sqlite


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


class AppSession(Beginning):
    """The session of what apps ask; each thread has one, and uses it again and again.

    Args:
        engine: the application's database.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(bind=engine)
        self._engine = engine

    def engine(self) -> Engine:
        """Return the application's database."""
        return self._engine

    def reads_alone(self, pooled: PoolProxiedConnection) -> bool:
        """Read on SQLite as PostgreSQL does, each time what is committed: who only reads keeps no writer waiting."""
        return isinstance(pooled.driver_connection, sqlite3.Connection)

    def clear(self) -> None:
        """Undo what was not made lasting, and forget what was read."""
        if self.is_open:
            self.rollback()
        if self.identity_map:
            self.close()


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": OwnSession})


def present_session() -> OwnSession:
    """Return the session of the present request or command."""
    session = db.session()
    assert isinstance(session, OwnSession)
    return session


def init(app: Flask, url: str) -> None:
    """Attach the database to an application.

    Args:
        app: the application.
        url: SQLAlchemy address; relative SQLite paths are taken from the working directory.
    """
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        url = f"sqlite:///{Path(url.removeprefix('sqlite:///')).absolute()}"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"json_serializer": _written, "json_deserializer": orjson.loads}
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sqlite.prepare(db.engine)
        else:
            event.listen(db.engine, "checkout", refuse_lost)


def _written(value: object) -> str:
    return orjson.dumps(value).decode()


def refuse_lost(connection: Any, *_: object) -> None:
    """Refuse a connection of the pool that the server has closed, so that another one is opened.

    A server that goes says so on the wire, and has nothing else to say while nobody asks: to look whether something
    has come costs a thousandth of asking it.
    """
    if connection.closed or _has_news(connection.fileno()):
        raise InvalidatePoolError("the server has closed the connection")


def _has_news(descriptor: int) -> bool:
    watched = poll()  # select() would fail in a process with more than a thousand open files
    watched.register(descriptor, POLLIN)
    return bool(watched.poll(0))
