"""What SQLite needs to behave like a server: who writes waits their turn, and what is acknowledged lasts."""

import fcntl
import os
import sqlite3
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, event

BUSY_SECONDS = 10
DURABILITY = "loge_synchronous"
GATE = "loge_gate"
READ_ONLY = "loge_read_only"
"""Execution option of a connection that only looks."""
ENTERED = "loge_gate_entered"


class Gate:
    """Lets one transaction at a time write, in the order in which they come.

    SQLite itself waits by sleeping, up to a tenth of a second at once, and lets whoever wakes first go on. Threads
    wait here for each other, and processes at the lock of a file; SQLite's own wait remains for everybody else.

    Args:
        path: the file; it stays empty.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._opened: tuple[int, int] | None = None

    def enter(self) -> bool:
        """Wait for one's turn; returns whether it came, which it may not where a thread holds two connections."""
        if not self._lock.acquire(timeout=BUSY_SECONDS):
            return False
        fcntl.flock(self._file(), fcntl.LOCK_EX)
        return True

    def leave(self) -> None:
        """Let the next one in."""
        fcntl.flock(self._file(), fcntl.LOCK_UN)
        self._lock.release()

    def _file(self) -> int:
        """Open the file once in each process: processes that share what one opened share its lock too."""
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = os.getpid(), os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._opened[1]


def begin(driver: sqlite3.Connection, info: dict[Any, Any], *, reads: bool, routine: bool = False) -> None:
    """Begin a transaction: one that may write takes the write lock at once and waits its turn.

    A transaction that starts by reading and then writes may fail when another one wrote in between.

    Args:
        driver: the connection.
        info: what the pool remembers of it.
        reads: whether it is for reading only.
        routine: whether an app asks for it by itself, and asks again where a power cut took the answer.
    """
    if reads:
        driver.execute("BEGIN")
        return
    take_turn(driver, info, routine=routine)
    driver.execute("BEGIN IMMEDIATE")


def take_turn(driver: sqlite3.Connection, info: dict[Any, Any], *, routine: bool) -> None:
    """Wait until one may write, unless it is one's turn already; see `begin`."""
    if ENTERED in info:
        return
    durability = "NORMAL" if routine else "FULL"
    if info.get(DURABILITY) != durability:
        driver.execute(f"PRAGMA synchronous={durability}")
        info[DURABILITY] = durability
    gate: Gate | None = info.get(GATE)
    if gate is not None and gate.enter():
        info[ENTERED] = gate


def leave(info: dict[Any, Any]) -> None:
    """Let the next one write, after a transaction that took its turn."""
    entered: Gate | None = info.pop(ENTERED, None)
    if entered is not None:
        entered.leave()


def prepare(engine: Engine) -> None:
    """Prepare every connection to come."""
    name = engine.url.database
    gate = Gate(Path(f"{name}-gate")) if name and name != ":memory:" else None

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        record.info[GATE] = gate

    @event.listens_for(engine, "begin")
    def begin_joined(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        if not driver.in_transaction:  # it is where a session joins what it began at the driver
            begin(driver, connection.info, reads=bool(connection.get_execution_options().get(READ_ONLY)))

    @event.listens_for(engine, "invalidate")
    @event.listens_for(engine, "checkin")
    def given_back(_: object, record: Any, *__: object) -> None:
        leave(record.info)
