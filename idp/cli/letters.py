"""`idp letters`: provisional passwords on paper."""

import getpass
import json
import os
from collections.abc import Sequence
from pathlib import Path

import click
import rich_click

from idp.cli.context import landlord_option, work_for
from idp.cli.new_file import NewFile, reserved
from idp.cli.progress import progress_bar
from idp.services.letter_file import letters_as_csv
from idp.services.letters import Drawn, NoLetter, draw, issue, recipients

UNSURE = (
    "The codes are in {part}, but it is not certain that they were stored. Issue letters again into another file: "
    "where the same people are in it, delete {part}; where they are not, their codes in {part} are good."
)


@click.group(cls=rich_click.RichGroup)
def letters() -> None:
    """Send people the code that opens their account."""


@letters.command("issue")
@landlord_option
@click.option("--out", required=True, type=click.Path(path_type=Path), help="New file for the letters (CSV).")
@click.option("--holder", metavar="IDENTIFIER", help="One holder, even with an account, which the code opens anew.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def issue_(context: click.Context, landlord: str, out: Path, holder: str | None, as_json: bool) -> None:
    """Draw a code for everybody who has no way in yet, and write them to a file for a mail merge.

    That is every present holder without an account, without a former password and without a letter that is still
    good. The file alone holds the codes: print the letters, then delete it.
    """
    with work_for(landlord) as work:
        chosen, vault = recipients(work, holder), work.vault
    if isinstance(chosen, NoLetter):
        click.echo(
            json.dumps({"issued": 0, "error": chosen.value}) if as_json else f"No letter: {chosen.value}.",
            err=not as_json,
        )
        context.exit(1)
    count = 0
    if chosen:
        with reserved(out) as file, progress_bar(wanted=not as_json) as report:
            drawn = draw(vault, chosen, lambda done, total: report("drawing codes", done, total))
            count = _store(landlord, drawn, holder, file)
    if as_json:
        click.echo(json.dumps({"issued": count, "file": str(out)} if count else {"issued": 0}))
    elif count:
        click.echo(f"Letters issued: {count}, in {out}. Print them, then delete the file: it alone holds the codes.")
    else:
        click.echo("Nobody needs a letter.")


def _store(landlord: str, drawn: Sequence[Drawn], holder: str | None, file: NewFile) -> int:
    """Write the file, then commit, then publish it: no code is ever good that nobody has."""
    try:
        with work_for(landlord) as work:
            issued = issue(work, drawn, _who(), holder)
            if issued:
                file.write(letters_as_csv(issued, work.landlord.letters.separator))
        if issued:
            file.publish()
    except BaseException:
        if file.written:
            click.echo(UNSURE.format(part=file.part), err=True)
        raise
    return len(issued)


def _who() -> str:
    """Name the system's user; a number has to do where it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
