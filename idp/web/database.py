"""The engine and the session, by Flask-SQLAlchemy, and what SQLite needs to behave like a server."""

import sqlite3
from pathlib import Path
from select import POLLIN, poll
from typing import Any

from flask import Flask, g, has_app_context
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import InvalidatePoolError

from idp.direct_session import DirectSession
from idp.models import Base


class OwnSession(DirectSession, FlaskSession):
    """The session of a request or a command."""

    def engine(self) -> Engine:
        """Return the application's database."""
        return db.engine

    def begin_direct(self, driver: Any) -> None:
        """Begin a transaction on SQLite, which would let several that write begin, and then fail."""
        if isinstance(driver, sqlite3.Connection):
            driver.execute("BEGIN" if only_reads() else "BEGIN IMMEDIATE")


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": OwnSession})
READ_ONLY = {"loge_read_only": True}
BUSY_SECONDS = 10


def init(app: Flask, url: str) -> None:
    """Attach the database to an application.

    Args:
        app: the application.
        url: SQLAlchemy address; relative SQLite paths are taken from the working directory.
    """
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        url = f"sqlite:///{Path(url.removeprefix('sqlite:///')).absolute()}"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)
        else:
            event.listen(db.engine, "checkout", refuse_lost)


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


def only_reads() -> bool:
    """Tell whether the transaction of the present request is for reading only."""
    return has_app_context() and bool(g.get("only_reads"))


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, below
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # an acknowledged step survives a power cut
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that starts by reading and then writes may fail when another one wrote in between;
        # one that may write therefore takes the write lock at once and waits its turn.
        driver = connection.connection.driver_connection
        assert driver is not None
        if not driver.in_transaction:  # it is where a session joins what it began at the driver
            read_only = connection.get_execution_options().get("loge_read_only") or only_reads()
            connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
