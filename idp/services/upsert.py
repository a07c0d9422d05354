"""Inserts rows or changes those that are there, in one statement, on either database."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite

from idp.models import Base
from idp.services.prepared import Prepared, Values, dialect_of
from idp.services.work import Work

Insert = postgresql.Insert | sqlite.Insert
INSERTS: Mapping[str, Callable[[Any], Insert]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class Upsert(Prepared):
    """A statement that inserts rows, or changes those with the same unique columns; they are locked in their order.

    Args:
        table: the model.
        columns: those of a new row, all of which are given each time it is executed.
        unique: the columns of the unique constraint.
        overwrite: columns that take the value of the new row where there is a row already.
        add: columns to which the value of the new row is added there.
        returning: columns of each row as it is afterwards.
        rows: how many, of which `numbered` gives the values; None for one whose values go by the columns' names.
    """

    def __init__(
        self,
        table: type[Base],
        columns: tuple[str, ...],
        unique: Sequence[str],
        *,
        overwrite: Sequence[str] = (),
        add: Sequence[str] = (),
        returning: Sequence[str] = (),
        rows: int | None = None,
    ) -> None:
        super().__init__(None, columns if rows is None else None)
        self._columns, self._rows = columns, rows
        self._table = Base.metadata.tables[table.__tablename__]
        self._unique, self._overwrite, self._add, self._returning = unique, overwrite, add, returning

    def _for(self, dialect: str) -> Any:
        insert, kept = INSERTS[dialect](self._table), self._table.c
        if self._rows is not None:
            insert = insert.values([self._placed(row) for row in range(self._rows)])
        changed: dict[str, Any] = {name: insert.excluded[name] for name in self._overwrite}
        changed |= {name: kept[name] + insert.excluded[name] for name in self._add}
        statement = insert.on_conflict_do_update(index_elements=self._unique, set_=changed)
        if not self._returning:
            return statement.inline()
        return statement.returning(*[kept[name] for name in self._returning])

    def _placed(self, row: int) -> dict[str, Any]:
        return {name: bindparam(f"{name}_{row}", type_=self._table.c[name].type) for name in self._columns}


def numbered(rows: Sequence[Values]) -> Values:
    """Name the values of several rows as a statement for so many does."""
    return {f"{name}_{number}": value for number, row in enumerate(rows) for name, value in row.items()}


def insert_into(work: Work, table: type[Base]) -> Insert:
    """Begin an insert that knows ON CONFLICT, in the words of the database at hand."""
    return INSERTS[dialect_of(work.db).name](table)
