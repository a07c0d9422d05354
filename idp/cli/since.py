"""The option `--since`: a duration back from now, or a day."""

import re
from datetime import UTC, datetime, timedelta

import click

from idp.settings.section import parse_duration

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_since(_: click.Context, __: click.Parameter, value: str | None) -> datetime | timedelta | None:
    """Read a duration such as `2h`, or a day, which begins at midnight UTC."""
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=UTC) if DAY.fullmatch(value) else parse_duration(value)
    except ValueError:
        raise click.BadParameter("write a duration such as 2h or 7d, or a day such as 2026-11-02") from None
