"""One change and what is added where it was made: a single statement on PostgreSQL, several on SQLite.

PostgreSQL is asked over a wire: what is one statement there is one way there and back, and a whole transaction where
it is all that a request writes. SQLite knows no statement that changes several tables, and has no way to save.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CTE, Table, bindparam, insert, select
from sqlalchemy.orm import Session

from idp.services.prepared import Prepared, Values, dialect_of


@dataclass(frozen=True)
class Added:
    """A row that is added.

    Attributes:
        table: where.
        columns: those with values, which are named `<table>_<column>`.
        of_head: columns that are taken from what the change returns, and from which column there.
    """

    table: Table
    columns: tuple[str, ...]
    of_head: Mapping[str, str] = field(default_factory=dict)

    def named(self, values: Values) -> dict[str, object]:
        """Name the values of a row as the statement does."""
        return {f"{self.table.name}_{column}": value for column, value in values.items()}

    def value(self, column: str) -> Any:
        """Stand for a value."""
        return bindparam(f"{self.table.name}_{column}", type_=self.table.c[column].type)


class Chain:
    """A change, and the rows that are added where it was made.

    Args:
        head: an insert or update that returns the row it makes or changes; its values are all named.
        added: the rows.

    Attributes:
        head: the change alone.
        whole: all of it in one statement.
    """

    def __init__(self, head: Any, *added: Added) -> None:
        self.head = Prepared(head)
        self._added = [(one, Prepared(_alone(one))) for one in added]
        made = head.cte("head")
        whole = select(*made.c)
        for one in added:
            whole = whole.add_cte(_after(one, made))
        self.whole = Prepared(whole, is_all_that_is_written=True)

    def first(self, db: Session, values: Values) -> Any:
        """Make the change and add the rows.

        Returns:
            what the change returns; None, with nothing added, where it found no row to change.
        """
        if dialect_of(db).name == "postgresql":
            return self.whole.first(db, values)
        row = self.head.first(db, values)
        if row is not None:
            for one, statement in self._added:
                taken = one.named({column: getattr(row, of) for column, of in one.of_head.items()})
                statement.run(db, {**values, **taken})
        return row


def _alone(one: Added) -> Any:
    return insert(one.table).values({column: one.value(column) for column in (*one.columns, *one.of_head)}).inline()


def _after(one: Added, made: CTE) -> CTE:
    taken = [made.c[of] for of in one.of_head.values()]
    values = select(*[one.value(column) for column in one.columns], *taken).select_from(made)
    return insert(one.table).from_select([*one.columns, *one.of_head], values).cte(one.table.name + "_added")
