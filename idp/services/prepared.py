"""Statements of the hot paths: compiled once, after which nothing stands between a request and the driver.

What SQLAlchemy does anew for each execution (finding the compiled statement, a context, a result with its metadata)
costs several times what the driver does. The transaction stays the session's.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.orm import Session

from idp.direct_session import Alone, DirectSession, as_ours

Values = Mapping[str, object]
Process = Callable[[Any], Any]
_row_type: Callable[[str, list[str]], Callable[..., Any]] = namedtuple


@dataclass(frozen=True, slots=True)
class Ready:
    """A statement in the words of one database.

    Attributes:
        dialect: whose words they are.
        text: its SQL.
        names: those of its parameters.
        order: the same in their order; None where they go by name.
        fixed: values of parameters that are part of the statement.
        binds: what turns a value into what the driver takes, by the parameter's name.
        row: makes a row of what the driver gives.
        columns: what turns a column's value into ours, by its place.
    """

    dialect: Dialect
    text: str
    names: tuple[str, ...]
    order: tuple[str, ...] | None
    fixed: Values
    binds: tuple[tuple[str, Process], ...]
    row: Callable[..., Any] | None
    columns: tuple[tuple[int, Process], ...]


class Prepared:
    """A statement that is executed often.

    Args:
        statement: a select, insert or update whose values are all named.
        names: the columns that an insert fills.
        is_all_that_is_written: whether a request for whom nothing was written before writes nothing after it.
    """

    def __init__(
        self, statement: Any, names: tuple[str, ...] | None = None, *, is_all_that_is_written: bool = False
    ) -> None:
        self._statement = statement
        self._names = names
        only_reads = isinstance(statement, Select) and statement._for_update_arg is None  # what locks needs its time
        self._alone: Alone | None = "writes" if is_all_that_is_written else "reads" if only_reads else None
        self._ready: dict[str, Ready] = {}

    def all(self, db: Session, values: Values) -> list[Any]:
        """Execute it, and return the rows, whose columns have names."""
        ready = self.ready(db)
        return [_read(ready, row) for row in self._execute(db, ready, values).fetchall()]

    def first(self, db: Session, values: Values) -> Any:
        """Execute it, and return the one row, or None."""
        ready = self.ready(db)
        found = self._execute(db, ready, values).fetchall()  # to its end, else SQLite keeps on reading
        return _read(ready, found[0]) if found else None

    def run(self, db: Session, values: Values) -> None:
        """Execute what gives no rows."""
        self._execute(db, self.ready(db), values)

    def _execute(self, db: Session, ready: Ready, values: Values) -> Any:
        bound = {**ready.fixed, **values}
        for name, process in ready.binds:
            bound[name] = process(bound[name])
        parameters = bound if ready.order is None else tuple([bound[name] for name in ready.order])
        try:
            return _driver(db, self._alone).execute(ready.text, parameters)
        except ready.dialect.loaded_dbapi.Error as error:
            raise as_ours(error, ready.dialect, ready.text) from error

    def ready(self, db: Session) -> Ready:
        """Return it in the words of a session's database."""
        dialect = dialect_of(db)
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = _compile(self._for(dialect.name), self._names, dialect)
        return ready

    def _for(self, _: str) -> Any:
        """Return the statement as it is for a database; most are the same for each."""
        return self._statement


def dialect_of(db: Session) -> Dialect:
    """Return the words of a session's database."""
    return db.dialect if isinstance(db, DirectSession) else db.get_bind().dialect


def _driver(db: Session, alone: Alone | None) -> Any:
    """Return the driver's connection of the transaction that is open; opens one where there is none."""
    if isinstance(db, DirectSession):
        return db.driver(alone)
    db.flush()
    return db.connection().connection.driver_connection


def _read(ready: Ready, values: Any) -> Any:
    if ready.columns:
        values = list(values)
        for place, process in ready.columns:
            values[place] = process(values[place])
    assert ready.row is not None
    return ready.row(*values)


def _compile(statement: Any, names: tuple[str, ...] | None, dialect: Dialect) -> Ready:
    compiled = statement.compile(dialect=dialect, column_keys=names)
    kinds = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
    binds = {name: kind.bind_processor(dialect) for name, kind in kinds.items()}
    given = getattr(statement, "exported_columns", None) or {}
    columns = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in given]
    keys = list(given.keys()) if columns else []
    return Ready(
        dialect=dialect,
        text=compiled.string,
        names=tuple(compiled.binds),
        order=None if compiled.positiontup is None else tuple(compiled.positiontup),
        fixed={name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required},
        binds=tuple((name, process) for name, process in binds.items() if process),
        row=_row_type("Row", keys) if keys else None,
        columns=tuple((place, process) for place, process in enumerate(columns) if process),
    )
