"""A session whose transaction begins and ends at the driver, until something of SQLAlchemy's own joins it.

Most requests of apps execute a few prepared statements and nothing else. For these the session's machinery (a
transaction of its own, a connection object, states and events) costs as much as the statements; here it comes in
when it is needed, and finds the transaction that is under way.
"""

from functools import cached_property
from typing import Any, Literal

from sqlalchemy import Connection, Dialect, Engine, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Alone = Literal["reads", "writes"]
"""What a statement does that may stand outside of a transaction: it only reads, or is all that a request writes."""


class DirectSession(Session):
    """See above; to its users it is a session like any other."""

    only_reads: bool = False
    """Whether the transactions to come are for reading only."""
    routine: bool = False
    """Whether they are for what an app asks by itself, and asks again where a power cut took the answer."""
    _pooled: PoolProxiedConnection | None = None
    _begun: bool = False
    _executes: Any = None
    _joined: Connection | None = None

    def engine(self) -> Engine:
        """Return the one database that there is."""
        found = super().get_bind()
        return found.engine

    @cached_property
    def dialect(self) -> Dialect:
        """The words of the database."""
        return self.engine().dialect

    def begin_direct(self, pooled: PoolProxiedConnection) -> None:
        """Begin a transaction on a connection, where the driver does not do so itself."""

    def connect(self) -> PoolProxiedConnection:
        """Take a connection."""
        return self.engine().raw_connection()

    def give_back(self, pooled: PoolProxiedConnection) -> None:
        """Give a connection back, which undoes what is still open."""
        pooled.close()

    def stands_alone(self, pooled: PoolProxiedConnection, what: Alone) -> bool:
        """Tell whether a statement needs no transaction around it where none has begun."""
        return False

    def executes_on(self, pooled: PoolProxiedConnection) -> Any:
        """Return what of a connection executes statements."""
        return pooled.driver_connection

    @property
    def is_open(self) -> bool:
        """Tell whether a connection is held."""
        return self._pooled is not None

    def driver(self, alone: Alone | None = None) -> Any:
        """Return what executes, in the transaction that is open; begins one where there is none.

        Args:
            alone: what the statement to come does, where it may do so outside of a transaction.
        """
        if self.in_transaction():
            self.flush()  # what waits to be written comes first, as before any other statement
        if self._executes is None or not (self._begun or alone == "reads"):
            self._executes = self.executes_on(self._open(alone))
        return self._executes

    def get_bind(self, *args: Any, **options: Any) -> Connection:
        """Return the connection whose transaction is to be joined."""
        pooled = self._open()
        if self._joined is None:
            self._joined = Connection(self.engine(), connection=pooled)
        return self._joined

    def _open(self, alone: Alone | None = None) -> PoolProxiedConnection:
        """Return the connection of the transaction that is open; begins one where it is needed."""
        try:
            if self._pooled is None:
                self._pooled = self.connect()
            if not self._begun and not (alone and self.stands_alone(self._pooled, alone)):
                self.begin_direct(self._pooled)
                self._begun = True
        except self.dialect.loaded_dbapi.Error as error:
            raise as_ours(error, self.dialect) from error
        return self._pooled

    def commit(self) -> None:
        """Make what was done lasting."""
        if self.in_transaction():
            self.connection()  # whatever waits to be written belongs to the same transaction
            super().commit()
            self._release()
        elif self._pooled is not None:
            if self._begun:
                self._pooled.commit()
            self.dispatch.after_commit(self)
            self._release()

    def rollback(self) -> None:
        """Undo what was done."""
        if self._pooled is None or self.in_transaction():
            super().rollback()
        else:
            try:
                self._pooled.rollback()
            except self.dialect.loaded_dbapi.Error:
                self._pooled.invalidate()  # it is lost, and what was done on it too
            self.dispatch.after_soft_rollback(self, None)
        self._release()

    def close(self) -> None:
        """Undo what was not made lasting, and give the connection back."""
        super().close()
        self._release()

    def _release(self) -> None:
        if self._pooled is not None:
            pooled, self._pooled, self._executes, self._joined, self._begun = self._pooled, None, None, None, False
            self.give_back(pooled)


def as_ours(error: BaseException, dialect: Dialect, statement: str | None = None) -> BaseException:
    """Name an error of the driver as SQLAlchemy does, the same for every database."""
    return DBAPIError.instance(statement, None, error, dialect.loaded_dbapi.Error, dialect=dialect)
