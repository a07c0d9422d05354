"""Inserts rows or changes those that are there, in one statement, on either database."""

from collections.abc import Mapping, Sequence

from sqlalchemy.dialects import postgresql, sqlite

from idp.models import Base
from idp.services.work import Work


def upsert(
    work: Work, table: type[Base], values: Mapping[str, object], unique: Sequence[str], change: Mapping[str, object]
) -> None:
    """Insert a row, or change the one with the same unique columns; its row is locked from then on.

    Args:
        work: the transaction.
        table: the model.
        values: the columns of a new row; the landlord is added.
        unique: the columns of the unique constraint.
        change: the columns to change where there is a row already.
    """
    work.db.execute(
        insert_into(work, table)
        .values(landlord=work.landlord.slug, **values)
        .on_conflict_do_update(index_elements=list(unique), set_=dict(change))
    )


def insert_into(work: Work, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Begin an insert that knows ON CONFLICT, in the words of the database at hand."""
    return postgresql.insert(table) if work.db.get_bind().dialect.name == "postgresql" else sqlite.insert(table)
