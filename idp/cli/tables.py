"""Lists: tables for people, JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Column, Table

WHEN = "%Y-%m-%d %H:%M"


def show(
    rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str | Column], nothing: str, *, as_json: bool
) -> None:
    """Print a list.

    Args:
        rows: what is listed, values by name; JSON has all of them.
        columns: titles of the table, by the name of the value that stands below; each in order.
        nothing: what people read where there are no rows.
        as_json: whether a program reads it.
    """
    if as_json:
        click.echo(json.dumps(rows))
        return
    table = Table(*columns.values())
    for row in rows:
        table.add_row(*("" if row[name] is None else harmless(str(row[name])) for name in columns))
    Console().print(table if rows else nothing)


def harmless(text: str) -> str:
    """Write what could steer a terminal, or turn the direction of a text, as its number."""
    return "".join(sign if sign.isprintable() or sign == "\n" else f"\\u{{{ord(sign):x}}}" for sign in text)
