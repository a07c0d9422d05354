"""One row of the landlord's file becomes a holder, or a refusal with its reason."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from idp.domain.cells import Reader, Value
from idp.domain.fingerprints import fingerprint, key
from idp.domain.names import folded
from idp.domain.spreadsheets import restored

NAMES = ("last_name", "first_name")


class Flaw(Enum):
    """What can be wrong with a row; the value is the sentence for the report."""

    BAD = "{label}"
    MISSING = "{label} missing"
    USED_TWICE = "{label} used twice"
    TOO_MANY_COLUMNS = "too many columns"
    TOO_FEW_COLUMNS = "too few columns"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is refused."""

    flaw: Flaw
    label: str = ""

    def __str__(self) -> str:
        return self.flaw.value.format(label=self.label)


@dataclass(frozen=True, slots=True)
class Column:
    """Where one field stands in a row, and how its text is read.

    Attributes:
        name: the field of the holder, or the name of a fact.
        place: position in the row, from zero.
        label: what the field is called in a refusal.
        read: turns the text into a value.
        required: whether an empty text is a flaw.
        prefix: text taken off the start.
        pattern: what the whole text, without the prefix, must match.
        fact: whether it is kept among the facts.
    """

    name: str
    place: int
    label: str
    read: Reader
    required: bool = False
    prefix: str = ""
    pattern: re.Pattern[str] | None = None
    fact: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """The rows of one file.

    Attributes:
        width: number of columns.
        columns: the fields that are read, in the order in which they are checked.
        key: names of the fields that together tell one holder from all others.
        kind: kind of the contracts where no column tells.
        role: role of the holders where no column tells.
    """

    width: int
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    kind: str
    role: str

    @property
    def facts(self) -> list[str]:
        """Names of the facts, in order."""
        return sorted(column.name for column in self.columns if column.fact)

    @property
    def key_label(self) -> str:
        """What the key is called in a refusal."""
        labels = {column.name: column.label for column in self.columns}
        return " + ".join(dict.fromkeys(labels[name] for name in self.key))


@dataclass(frozen=True, slots=True)
class Holder:
    """A person on a contract, as the landlord's file describes them."""

    identifier: str
    contract: str
    last_name: str
    first_name: str
    role: str
    kind: str
    civility: str | None = None
    birth_date: date | None = None
    email: str | None = None
    phone: str | None = None
    since: date | None = None
    until: date | None = None
    legacy_hash: str | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Good:
    """A row that can be taken over.

    Attributes:
        key: what tells the holder from all others, from one file to the next.
        fingerprint: what changes when any field does.
        holder: what the row says.
    """

    key: str
    fingerprint: str
    holder: Holder


@dataclass(frozen=True, slots=True)
class Trace:
    """The most exact thing a refused row still says about whose row it is; all empty when it says nothing."""

    key: str = ""
    identifier: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that is refused."""

    refusal: Refusal
    trace: Trace


def parse(shape: Shape, cells: Sequence[str]) -> Good | Bad:
    """Read one row.

    Args:
        shape: what the rows of the file look like.
        cells: the texts of the row.

    Returns:
        the holder, or the first flaw: of the row as a whole, then of its fields in the order of the configuration.
    """
    values: dict[str, Value | None] = {}
    refusal = _of_width(shape.width, len(cells))
    for column in shape.columns:
        found = _read(column, cells[column.place] if column.place < len(cells) else "")
        if isinstance(found, Refusal):
            refusal = refusal or found
        else:
            values[column.name] = found
    if refusal:
        return Bad(refusal, _trace(shape, values))
    return _good(shape, values)


def twice(shape: Shape, good: Good) -> Bad:
    """Refuse a row whose key an earlier row of the file has used."""
    return Bad(Refusal(Flaw.USED_TWICE, shape.key_label), Trace(key=good.key))


def _of_width(wanted: int, found: int) -> Refusal | None:
    if found == wanted:
        return None
    return Refusal(Flaw.TOO_MANY_COLUMNS if found > wanted else Flaw.TOO_FEW_COLUMNS)


def _read(column: Column, cell: str) -> Value | Refusal | None:
    text = restored(unicodedata.normalize("NFC", " ".join(cell.split())))
    if not text:
        return Refusal(Flaw.MISSING, column.label) if column.required else None
    text = text.removeprefix(column.prefix).lstrip()
    fits = text and (column.pattern is None or column.pattern.fullmatch(text))
    value = column.read(text) if fits else None
    return Refusal(Flaw.BAD, column.label) if value is None else value


def _good(shape: Shape, values: Mapping[str, Value | None]) -> Good:
    present = {name: value for name, value in values.items() if value is not None}
    facts = {name: present.pop(name) for name in shape.facts if name in present}
    fields: dict[str, Any] = {"role": shape.role, "kind": shape.kind, **present, "facts": facts}
    holder = Holder(**fields)
    mark = fingerprint(holder.last_name, holder.first_name, holder.birth_date, fields)
    return Good(_key(shape, values), mark, holder)


def _trace(shape: Shape, values: Mapping[str, Value | None]) -> Trace:
    if all(name in values for name in shape.key):
        return Trace(key=_key(shape, values))
    if values.get("identifier"):
        return Trace(identifier=str(values["identifier"]))
    if values.get("last_name") and values.get("first_name"):
        return Trace(name=full_name(str(values["last_name"]), str(values["first_name"])))
    return Trace()


def full_name(last_name: str, first_name: str) -> str:
    """Write a person's names as they are compared."""
    return f"{folded(last_name)} {folded(first_name)}"


def _key(shape: Shape, values: Mapping[str, Value | None]) -> str:
    return key([folded(str(values[name])) if name in NAMES else values[name] for name in shape.key])
