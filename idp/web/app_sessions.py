"""The database sessions of what apps ask: each thread has one, and they share a few connections that stay at hand.

What is read before anything is written stands alone: PostgreSQL begins and ends no transaction for it, and on SQLite
it keeps no writer waiting. Whether something is used for the first time, and in a session that lives, is decided
again by the statement that writes. A grant that is revoked in between takes with it what was given.
"""

import sqlite3
import threading
from collections import deque
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection, event

from idp.direct_session import Alone
from idp.web import postgres, sqlite
from idp.web.database import Beginning

CURSOR = "loge_cursor"


class AtHand:
    """Connections between two requests; to and from the pool they come from would be a tenth of a small request.

    Args:
        engine: the application's database.
        most: how many are kept; further ones go back to the pool.
    """

    def __init__(self, engine: Engine, most: int) -> None:
        self.engine = engine
        self._most = most
        self._kept: deque[PoolProxiedConnection] = deque()
        event.listen(engine, "engine_disposed", self._let_go)

    def take(self) -> PoolProxiedConnection:
        """Take a connection, on which no transaction begins by itself."""
        while self._kept:
            try:
                kept = self._kept.pop()
            except IndexError:  # another thread was faster
                break
            if is_sqlite(kept) or not postgres.is_lost(kept.driver_connection):
                return kept
            kept.invalidate()
        pooled = self.engine.raw_connection()
        if not is_sqlite(pooled):
            pooled.info[CURSOR] = postgres.stand_alone(pooled.driver_connection)
        return pooled

    def give_back(self, pooled: PoolProxiedConnection) -> None:
        """Keep a connection, which is in no transaction."""
        sqlite.leave(pooled.info)
        if pooled.is_valid and len(self._kept) < self._most:
            self._kept.append(pooled)
        else:
            pooled.close()

    def _let_go(self, _: Engine) -> None:
        """Close all of them: the pool that they came from is gone."""
        while self._kept:
            self._kept.pop().invalidate()


class AppSession(Beginning):
    """The session of one thread.

    Args:
        at_hand: where its connections come from.
    """

    def __init__(self, at_hand: AtHand) -> None:
        super().__init__(bind=at_hand.engine)
        self._at_hand = at_hand

    def engine(self) -> Engine:
        """Return the application's database."""
        return self._at_hand.engine

    def connect(self) -> PoolProxiedConnection:
        """Take a connection."""
        return self._at_hand.take()

    def give_back(self, pooled: PoolProxiedConnection) -> None:
        """Give a connection back."""
        self._at_hand.give_back(pooled)

    def executes_on(self, pooled: PoolProxiedConnection) -> Any:
        """Return what executes: on PostgreSQL one cursor all the time; to make one is a fifth of the work there."""
        return pooled.info.get(CURSOR) or pooled.driver_connection

    def begin_direct(self, pooled: PoolProxiedConnection) -> None:
        """Begin a transaction, which no driver does by itself here."""
        if is_sqlite(pooled):
            super().begin_direct(pooled)
        else:
            pooled.info[CURSOR].execute("BEGIN")

    def stands_alone(self, pooled: PoolProxiedConnection, what: Alone) -> bool:
        """Read what is committed, each time anew; on SQLite whoever writes waits for their turn."""
        driver = pooled.driver_connection
        if what == "writes" and isinstance(driver, sqlite3.Connection):
            sqlite.take_turn(driver, pooled.info, routine=self.routine)
        return True

    def close(self) -> None:
        """Undo what was not made lasting, give the connection back, and forget what was read."""
        if self.is_open:
            self.rollback()
        if self.identity_map:
            super().close()


class AppSessions(threading.local):
    """The session of each thread.

    Args:
        at_hand: where their connections come from.
    """

    def __init__(self, at_hand: AtHand) -> None:
        self.present = AppSession(at_hand)


def is_sqlite(pooled: PoolProxiedConnection) -> bool:
    """Tell whether a connection is one to SQLite."""
    return isinstance(pooled.driver_connection, sqlite3.Connection)
