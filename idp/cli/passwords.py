"""`idp passwords`: the list of leaked passwords that no new password may be in."""

import os
from pathlib import Path

import click
import rich_click

from idp.cli.progress import progress_bar
from idp.services import leaked_list
from idp.services.leaked_list import NotAListError

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=rich_click.RichGroup)
def passwords() -> None:
    """Refuse passwords that are known from data leaks."""


@passwords.group("list", cls=rich_click.RichGroup)
def list_() -> None:
    """Build and check the list that `password.leaked_list` names."""


@list_.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...", type=READABLE)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
def build(sources: tuple[Path, ...], out: Path) -> None:
    """Write the list of all passwords in SOURCE..., sorted, each once.

    A source has one password to a line, or the published form `SHA1:COUNT`. A list that is there is replaced once the
    new one is whole; servers take it from then on. Meanwhile up to twice its size is needed beside it.
    """
    part = out.with_name(f"{out.name}.part")
    with progress_bar(wanted=True) as report, part.open("wb") as file:
        count = leaked_list.build(file, sources, out.parent, report)
        file.flush()
        os.fsync(file.fileno())
    part.replace(out)
    click.echo(f"{count} passwords, in {out}")


@list_.command()
@click.argument("file", type=READABLE)
@click.pass_context
def check(context: click.Context, file: Path) -> None:
    """Prove that FILE is a list, sorted and whole, and say how many passwords are in it."""
    try:
        with progress_bar(wanted=True) as report:
            count = leaked_list.check(file, report)
    except NotAListError as error:
        click.echo(f"Error: {file}: {error}", err=True)
        context.exit(1)
    click.echo(f"{count} passwords, in order")
