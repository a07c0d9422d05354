"""`[registry]` and `[letters]`: the back office's file, and the letters made from it."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator, model_validator

from idp.settings.section import Duration, Section

HolderField = Literal[
    "identifier",
    "contract",
    "kind",
    "role",
    "civility",
    "last_name",
    "first_name",
    "birth_date",
    "email",
    "phone",
    "since",
    "until",
    "legacy_hash",
]
NEEDED: tuple[HolderField, ...] = ("identifier", "contract", "last_name", "first_name")
SOME_DAY = date(1931, 12, 31)  # a year that two digits do not tell


class Column(Section):
    """Which column of the file holds a field, and what a good value looks like."""

    header: str
    """Title of the column, exactly as in the first line of the file."""
    label: str | None = None
    """What the field is called in a refusal; the field's own name by default."""
    required: bool = False
    """Refuse a row that leaves the field empty. Identifier, contract and names are required in any case."""
    strip_prefix: str | None = None
    """Text taken off the start of the value, such as `L/`."""
    pattern: str | None = None
    """Regular expression that the whole value, without the prefix, must match."""

    @field_validator("pattern")
    @classmethod
    def _is_a_pattern(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from None
        return value


class Fact(Column):
    """A further column that is kept for each holder."""

    values: dict[str, str | bool] = {}
    """What the words of the file mean; any other word is refused. Without it any text is kept."""


class Registry(Section):
    """The shape of the file that the landlord's back office exports."""

    encoding: Literal["utf-8", "utf-8-sig", "cp1252", "iso-8859-15"] = "utf-8"
    """Character encoding of the file."""
    separator: Literal[";", ",", "\t", "|"] = ";"
    """What stands between two values."""
    date_format: str = "%d/%m/%Y"
    """How dates are written, in strftime letters."""
    key: Annotated[list[str], Field(min_length=1)] = ["identifier"]
    """Fields that together tell one holder from all others, from one file to the next."""
    max_leavers: Annotated[float, Field(gt=0, le=1)] = 0.2
    """Share of the present holders that one import may take away; above it the whole file is refused."""
    columns: dict[HolderField, Column]
    """Where each field is found."""
    facts: dict[str, Fact] = {}
    """Further columns to keep for each holder, by the name given here (module number, direct debit, ...). Apps are
    told those that are named like a claim: `nickname`, `zoneinfo`, `picture`, `street_address`, `postal_code`, ..."""
    roles: dict[str, Literal["tenant", "co_tenant", "co_owner", "owner"]] = {}
    """What the file's words for a person's role on the contract mean; `default` names the role where no word does."""
    kinds: dict[str, Annotated[str, Field(max_length=40)]] = {}
    """What the file's words for the kind of contract mean; `default` names the kind where no word does."""

    @field_validator("date_format")
    @classmethod
    def _names_a_day(cls, value: str) -> str:
        try:
            named = datetime.strptime(SOME_DAY.strftime(value), value).replace(tzinfo=UTC).date()
        except ValueError as error:
            raise ValueError(f"is no date format: {error}") from None
        if named != SOME_DAY:
            raise ValueError("must hold the day, the month and the year in four digits")
        return value

    @model_validator(mode="after")
    def _columns_fit_together(self) -> "Registry":
        missing = [name for name in NEEDED if name not in self.columns]
        if missing:
            raise ValueError(f"every holder needs columns.{', columns.'.join(missing)}")
        twice = sorted(set(get_args(HolderField)) & set(self.facts))
        if twice:
            raise ValueError(f"facts named like a field: {', '.join(twice)}")
        unknown = [name for name in self.key if name not in self.columns and name not in self.facts]
        if unknown:
            raise ValueError(f"key names fields without a column: {', '.join(unknown)}")
        for field, words in (("role", self.roles), ("kind", self.kinds)):
            if field in self.columns and not words.keys() - {"default"}:
                raise ValueError(f"columns.{field} needs {field}s, to say what its words mean")
        return self


class Letters(Section):
    """Provisional passwords: six digits on paper, good for one first connection."""

    valid_for: Duration = timedelta(days=21)
    """How long the code of a letter is good."""
    attempts: Annotated[int, Field(ge=1, le=10)] = 5
    """Wrong tries in the life of a code before it is burned."""
    separator: Literal[",", ";", "\t"] = ","
    """What stands between two values of the file of letters; `;` is what a French Excel splits at."""
