"""Brings a landlord's settings and the first line of its file together: which column is what, and how it is read."""

import re
from collections import Counter
from datetime import date
from typing import cast

from sqlalchemy import String

from idp.domain import cells
from idp.domain.registry import Column, Shape
from idp.models import Contract, Holder
from idp.services import legacy
from idp.services.registry_file import UnreadableError
from idp.settings import registry
from idp.settings.landlord import Landlord

DEFAULT_ROLE = "tenant"
DEFAULT_KIND = "lease"
FACT_LENGTH = 200


def shape_of(landlord: Landlord, header: list[str], today: date) -> Shape:
    """Find the columns of a file.

    Args:
        landlord: whose file it is.
        header: first line of the file.
        today: last day on which somebody can be born.

    Raises:
        UnreadableError: naming the columns that the file lacks or has twice.
    """
    settings = landlord.registry
    titles = [" ".join(title.split()) for title in header]
    wanted = {column.header for column in (*settings.columns.values(), *settings.facts.values())}
    counts = Counter(titles)
    missing = sorted(title for title in wanted if not counts[title])
    if missing:
        raise UnreadableError(f"the first line has no column {', '.join(map(repr, missing))}")
    twice = sorted(title for title in wanted if counts[title] > 1)
    if twice:
        raise UnreadableError(f"the first line has two columns {', '.join(map(repr, twice))}")
    places = {title: place for place, title in enumerate(titles)}
    readers = _readers(landlord, today)
    fields = [
        _column(name, column, places, readers[name], required=name in registry.NEEDED)
        for name, column in settings.columns.items()
    ]
    facts = [_column(name, fact, places, _fact_reader(fact), fact=True) for name, fact in settings.facts.items()]
    return Shape(
        width=len(header),
        columns=(*fields, *facts),
        key=tuple(settings.key),
        kind=settings.kinds.get("default", DEFAULT_KIND),
        role=settings.roles.get("default", DEFAULT_ROLE),
    )


def _readers(landlord: Landlord, today: date) -> dict[str, cells.Reader]:
    settings = landlord.registry
    day = cells.date_in(settings.date_format)
    return {
        "identifier": cells.identifier_of(landlord.sign_in.identifier),
        "contract": cells.text_of(_length(Contract.__table__.c.reference.type)),
        "kind": cells.word_of(settings.kinds),
        "role": cells.word_of(settings.roles),
        "civility": cells.text_of(_length(Holder.__table__.c.civility.type)),
        "last_name": cells.name,
        "first_name": cells.name,
        "birth_date": cells.date_in(settings.date_format, today),
        "email": cells.email,
        "phone": cells.text_of(_length(Holder.__table__.c.phone.type)),
        "since": day,
        "until": day,
        "legacy_hash": cells.kept_if(legacy.known, _length(Holder.__table__.c.legacy_hash.type)),
    }


def _fact_reader(fact: registry.Fact) -> cells.Reader:
    return cells.word_of(fact.values) if fact.values else cells.text_of(FACT_LENGTH)


def _column(
    name: str,
    settings: registry.Column,
    places: dict[str, int],
    read: cells.Reader,
    *,
    required: bool = False,
    fact: bool = False,
) -> Column:
    return Column(
        name=name,
        place=places[settings.header],
        label=settings.label or name.replace("_", " "),
        read=read,
        required=required or settings.required,
        prefix=settings.strip_prefix or "",
        pattern=re.compile(settings.pattern) if settings.pattern else None,
        fact=fact,
    )


def _length(kind: object) -> int:
    return cast("String", kind).length or FACT_LENGTH
