"""`idp cases`: what people asked the staff for."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import rich_click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from idp.cli import tables
from idp.cli.context import landlord_option, work_for
from idp.cli.tables import WHEN, harmless
from idp.models import Case
from idp.services import case_handling
from idp.services.case_handling import compared
from idp.services.cases import plea_of
from idp.services.work import Work

MOST = 10_000
COLUMNS = {
    "reference": "reference",
    "kind": "about",
    "opened": "opened (UTC)",
    "answered": "answered",
    "closed": "closed",
}


@click.group(cls=rich_click.RichGroup)
def cases() -> None:
    """Help those who wrote: read what they say, answer, lift a block, close."""


@cases.command("list")
@landlord_option
@click.option("--all", "closed", is_flag=True, help="Closed cases too, as long as they are kept.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def list_(landlord: str, closed: bool, as_json: bool) -> None:
    """List the open cases, the oldest first, without what they say."""
    with work_for(landlord, read_only=True) as work:
        found = [_head(case) for case in case_handling.cases(work, closed=closed)]
    tables.show(found, COLUMNS, "no open case", as_json=as_json)


@cases.command()
@click.argument("reference")
@landlord_option
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def show(reference: str, landlord: str, as_json: bool) -> None:
    """Show what somebody wrote, and whether it agrees with the registry.

    Nobody has proved who they are: compare, and call back the number that you know.
    """
    with _case(reference, landlord) as (work, case):
        plea = plea_of(work, case)
        said = {name: getattr(plea, name) for name in ("last_name", "first_name", "identifier", "birth_date")}
        said |= {"email": plea.email, "phone": plea.phone, "message": plea.message}
        values = {**_head(case), **{name: str(value or "") for name, value in said.items()}}
        agrees = compared(work, plea)
    if as_json:
        click.echo(json.dumps({**values, "agrees_with_the_registry": agrees}))  # ASCII: nothing steers a terminal
        return
    table = Table("", "what they say", "registry", show_lines=True)
    for name, value in values.items():
        agreement = {True: "agrees", False: "differs", None: ""}[agrees.get(name)]
        table.add_row(name.replace("_", " "), Text(harmless(value or "")), agreement)
    Console().print(table)


@cases.command()
@click.argument("reference")
@landlord_option
@click.option("--text", help="The answer.")
@click.option(
    "--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A file with the answer."
)
def answer(reference: str, landlord: str, text: str | None, file: Path | None) -> None:
    """Mail an answer to the person, in plain text. Never write or ask for a password."""
    if (text is None) == (file is None):
        raise click.UsageError("give the answer with --text or with --file")
    try:
        words = (text if file is None else file.read_text(encoding="utf-8-sig")) or ""
    except UnicodeDecodeError:
        raise click.UsageError("the file is not in UTF-8") from None
    if not words.strip() or len(words) > MOST:
        raise click.UsageError(f"an answer has words, and {MOST} characters at most")
    with _case(reference, landlord) as (work, case):
        if not case_handling.answer(work, case, words.strip()):
            raise click.ClickException("they gave no e-mail address: call them")
    click.echo("answered: the mail is on its way")


@cases.command()
@click.argument("reference")
@landlord_option
@click.option("--identifier", help="Whose block to lift, where the case names nobody or somebody else.")
def unblock(reference: str, landlord: str, identifier: str | None) -> None:
    """Lift the block of the identifier that the case names, and mail that it is lifted.

    Make sure first that it is they who wrote. Exit code 1 when there is nobody with this identifier.
    """
    with _case(reference, landlord) as (work, case):
        if not case_handling.unblock(work, case, identifier):
            raise click.ClickException("there is nobody with this identifier: compare it with the registry")
    click.echo("unblocked: they can try again at once")


@cases.command()
@click.argument("reference")
@landlord_option
def close(reference: str, landlord: str) -> None:
    """Close a case: what it says is erased after the landlord's delay (`assistance.erase_after`)."""
    with _case(reference, landlord) as (work, case):
        case_handling.close(work, case)
    click.echo("closed")


@contextmanager
def _case(reference: str, landlord: str) -> Iterator[tuple[Work, Case]]:
    with work_for(landlord) as work:
        found = case_handling.find(work, reference)
        if found is None:
            raise click.ClickException("there is no case with this reference; closed ones are erased after a while")
        yield work, found


def _head(case: Case) -> dict[str, Any]:
    times = {"opened": case.opened_at, "answered": case.answered_at, "closed": case.closed_at}
    return {
        "reference": case.reference,
        "kind": case.kind,
        **{name: f"{at:{WHEN}}" if at else None for name, at in times.items()},
    }
