"""`idp registry`: what the landlord's back office knows."""

import json
from pathlib import Path
from typing import Any

import click
import rich_click

from idp.cli.context import landlord_option, work_for
from idp.cli.progress import progress_bar
from idp.services.registry import Imported, Refused, import_file

LISTED = 50


@click.group(cls=rich_click.RichGroup)
def registry() -> None:
    """Bring in what the landlord's back office knows: contracts and the people on them."""


@registry.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@landlord_option
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def import_(context: click.Context, file: Path, landlord: str, dry_run: bool, as_json: bool) -> None:
    """Bring a landlord's holders in line with FILE, the export of its back office.

    Rows that cannot be right are left out and reported, and their holders stay as they are. Where the file as a
    whole cannot be right, nothing changes and the exit code is 1. The same file twice changes nothing.
    """
    with work_for(landlord) as work, progress_bar(wanted=not as_json) as report:
        done = import_file(work, file, dry_run=dry_run, progress=report)
    if as_json:
        click.echo(json.dumps(_values(done), ensure_ascii=False))
    elif isinstance(done, Imported):
        click.echo(_words(done, dry_run))
    if isinstance(done, Refused):
        if not as_json:
            click.echo(f"Nothing was imported: {done.reason}.", err=True)
        context.exit(1)


def _values(done: Imported | Refused) -> dict[str, Any]:
    match done:
        case Imported(added, changed, unchanged, left, refused):
            rows = [{"line": row.line, "reason": str(row.refusal)} for row in refused]
            return {"added": added, "changed": changed, "unchanged": unchanged, "left": left, "refused": rows}
        case Refused(reason):
            return {"added": 0, "changed": 0, "unchanged": 0, "left": 0, "refused": [], "error": reason}


def _words(done: Imported, dry_run: bool) -> str:
    lines = [
        "Nothing was changed; the import would bring:" if dry_run else "Imported:",
        *(f"  {getattr(done, name):>7}  {name}" for name in ("added", "changed", "unchanged", "left")),
        f"  {len(done.refused):>7}  refused",
        *(f"           line {row.line}: {row.refusal}" for row in done.refused[:LISTED]),
    ]
    if len(done.refused) > LISTED:
        lines.append(f"           and {len(done.refused) - LISTED} more; --json lists them all")
    return "\n".join(lines)
