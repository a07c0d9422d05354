"""`idp consents`: what people agreed to."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import click
import rich_click

from idp.cli.context import landlord_option, work_for
from idp.cli.new_file import reserved
from idp.cli.since import read_since
from idp.services.consent_file import consents_as_csv


@click.group(cls=rich_click.RichGroup)
def consents() -> None:
    """Hand over what people agreed to."""


@consents.command("export")
@landlord_option
@click.option("--out", required=True, type=click.Path(path_type=Path), help="New file (CSV).")
@click.option("--since", callback=read_since, help="Only answers since then: a duration such as 7d, or a day.")
@click.option("--history", is_flag=True, help="Every answer ever given, instead of the newest ones.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def export(landlord: str, out: Path, since: datetime | timedelta | None, history: bool, as_json: bool) -> None:
    """Write the newest answer of everybody to each question, one row for each of their contracts.

    The acceptance of the general terms is the consent named `terms`.
    """
    with work_for(landlord, read_only=True) as work, reserved(out) as file:
        content, count = consents_as_csv(
            work, work.now - since if isinstance(since, timedelta) else since, history=history
        )
        file.write(content)
        file.publish()
    click.echo(json.dumps({"answers": count, "file": str(out)}) if as_json else f"Answers: {count}, in {out}.")
