"""The engine and the session, by Flask-SQLAlchemy, and what SQLite needs to behave like a server."""

import sqlite3
from pathlib import Path
from typing import Any

from flask import Flask, g, has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event

from idp.models import Base

db = SQLAlchemy(metadata=Base.metadata)
READ_ONLY = {"loge_read_only": True}
BUSY_SECONDS = 10


def init(app: Flask, url: str) -> None:
    """Attach the database to an application.

    Args:
        app: the application.
        url: SQLAlchemy address; relative SQLite paths are taken from the working directory.
    """
    options: dict[str, Any] = {"pool_pre_ping": not url.startswith("sqlite")}
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        url = f"sqlite:///{Path(url.removeprefix('sqlite:///')).absolute()}"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)


def only_reads() -> bool:
    """Tell whether the transaction of the present request is for reading only."""
    return bool(g.get("only_reads"))


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
        read_only = connection.get_execution_options().get("loge_read_only") or (has_app_context() and only_reads())
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
