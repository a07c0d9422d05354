"""The base of every configuration section, and the value types that sections share."""

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

DURATION_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Section(BaseModel):
    """A table of a configuration file: unknown keys are refused, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def parse_duration(value: object) -> timedelta:
    """Read a duration written as a whole number and a unit: `30s`, `10m`, `24h`, `21d`."""
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"([0-9]{1,6})([smhd])", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("write a whole number and a unit, such as 30s, 10m, 24h or 21d")
    return timedelta(seconds=int(match[1]) * DURATION_UNITS[match[2]])


def write_duration(value: timedelta) -> str:
    """Write a duration in the largest unit that holds it exactly."""
    seconds = int(value.total_seconds())
    for unit in "dhm":
        if seconds and seconds % DURATION_UNITS[unit] == 0:
            return f"{seconds // DURATION_UNITS[unit]}{unit}"
    return f"{seconds}s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration, json_schema_input_type=str),
    PlainSerializer(write_duration, return_type=str),
]


def parse_text(value: object) -> object:
    """Read a text: in French, or a table of languages."""
    return {"fr": value} if isinstance(value, str) else value


Language = Literal["fr", "en"]
Text = Annotated[
    dict[Language, str],
    BeforeValidator(parse_text, json_schema_input_type=str | dict[Language, str]),
    Field(min_length=1),
]
"""Words for people: one text in French, or `{ fr = "...", en = "..." }`."""
Conditions = dict[str, list[str | bool]]
"""Facts of a holder, and the values of each that are accepted."""
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
EmailText = Annotated[str, Field(pattern=r"^[^@\s<>,]+@[^@\s<>,]+$", max_length=254)]
