"""What all tables share: the declarative base, the column types and the landlord column."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from sqlalchemy import BigInteger, Dialect, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import JSON, TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime kept as whole seconds since 1970, the same on every database."""

    impl = BigInteger
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], int | None]:
        """Store an aware datetime; a naive one is a programming error."""
        return _seconds

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], datetime | None]:
        """Give back an aware UTC datetime."""
        return _instant


def _seconds(value: datetime | None) -> int | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a naive datetime cannot be stored")
    return int(value.timestamp())


def _instant(value: int | None) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(value, UTC)


RowId = BigInteger().with_variant(Integer, "sqlite")

Key = Annotated[int, mapped_column(RowId, primary_key=True, autoincrement=True)]
Slug = Annotated[str, mapped_column(String(40))]
Digest = Annotated[str, mapped_column(String(64))]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The declarative base of every table."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={int: RowId, datetime: Instant, dict[str, object]: JSON, list[str]: JSON},
    )


class OfLandlord:
    """A table whose every row belongs to one landlord, named by its slug."""

    landlord: Mapped[Slug]
