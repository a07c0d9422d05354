"""`idp clients`: the landlord's apps, those of the file and those of the database."""

import json
from datetime import timedelta
from typing import Any, TextIO

import click
import rich_click
from rich.table import Column

from idp.cli import tables
from idp.cli.context import landlord_option, work_for
from idp.cli.tables import WHEN
from idp.domain.client_metadata import Fault
from idp.models import RegisteredApp as Row
from idp.services import app_registration, apps
from idp.services.work import Work
from idp.settings.section import parse_duration

MOST_USES = 1000
SECRET_LENGTH = 43  # of a random name, which is copied from here
LONGEST = timedelta(days=365)
NOBODY = "no app of the database has this name; those of the file are changed there"


@click.group(cls=rich_click.RichGroup)
def clients() -> None:
    """See the apps, let others register, add and remove them without a restart.

    Apps of the landlord's own stand in the landlord's file; those of the database are never first-party.
    """


@clients.command("list")
@landlord_option
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def list_(landlord: str, as_json: bool) -> None:
    """List the apps of the file, then those of the database."""
    with work_for(landlord, read_only=True) as work:
        rows = [*_of_file(work), *map(_of_database, apps.listed(work))]
    columns: dict[str, str | Column] = {
        "client_id": Column("client_id", no_wrap=True, min_width=len(apps.PREFIX) + SECRET_LENGTH),
        "name": "name",
        "auth": "shows who it is",
        "from": Column("from", no_wrap=True, min_width=8),
        "registered": "registered (UTC)",
    }
    tables.show(rows, columns, "no app yet", as_json=as_json)


@clients.command()
@landlord_option
@click.option("--metadata", "file", type=click.File(encoding="utf-8"), required=True, help="JSON; - for the input.")
def add(landlord: str, file: TextIO) -> None:
    """Add an app by its metadata (RFC 7591 §2), and print its secret: it is not shown again."""
    try:
        metadata = json.load(file)
    except ValueError:
        raise click.UsageError("the metadata are no JSON") from None
    if not isinstance(metadata, dict):
        raise click.UsageError("the metadata are no JSON object")
    with work_for(landlord) as work:
        made = app_registration.register(work, metadata)
        if isinstance(made, Fault):
            raise click.ClickException(f"{made.error}: {made.why}")
    shown = {"client_id": made.app.client_id, "client_secret": made.secret}
    if work.landlord.app_registration.offered:
        shown["registration_access_token"] = made.access_token
    click.echo(json.dumps({name: value for name, value in shown.items() if value}))


@clients.command("rotate-secret")
@click.argument("client_id")
@landlord_option
def rotate_secret(client_id: str, landlord: str) -> None:
    """Give an app of the database a new secret, and print it; the old one is worth nothing from now on."""
    with work_for(landlord) as work:
        secret = app_registration.rotate_secret(work, _row(work, client_id))
    if secret is None:
        raise click.ClickException("this app has no secret")
    click.echo(secret)


@clients.command()
@click.argument("client_id")
@landlord_option
def remove(client_id: str, landlord: str) -> None:
    """Remove an app of the database at once, with every token it holds."""
    with work_for(landlord) as work:
        app_registration.remove(work, _row(work, client_id))
    click.echo("removed")


def read_duration(_: click.Context, __: click.Parameter, value: str) -> timedelta:
    """Take a duration such as 7d."""
    try:
        found = parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if not timedelta(0) < found <= LONGEST:
        raise click.BadParameter("a year at most")
    return found


@clients.command()
@landlord_option
@click.option("--uses", type=click.IntRange(1, MOST_USES), default=1, show_default=True, help="How many apps.")
@click.option("--valid-for", default="7d", show_default=True, callback=read_duration, help="Until when.")
def token(landlord: str, uses: int, valid_for: timedelta) -> None:
    """Make an initial access token (RFC 7591 §3): whoever holds it may register apps over the network."""
    with work_for(landlord) as work:
        if not work.landlord.app_registration.offered:
            raise click.ClickException("apps cannot register at this landlord: set app_registration.offered = true")
        made = app_registration.make_token(work, uses, valid_for)
    click.echo(made)


def _row(work: Work, client_id: str) -> Row:
    row = app_registration.find(work, client_id)
    if row is None:
        raise click.ClickException(NOBODY)
    return row


def _of_file(work: Work) -> list[dict[str, Any]]:
    return [
        {"client_id": client.client_id, "name": client.name, "auth": client.auth, "from": "file", "registered": None}
        for client in work.landlord.clients
    ]


def _of_database(row: Row) -> dict[str, Any]:
    app = apps.read(row.document)
    about = {"client_id": app.client_id, "name": app.name, "auth": app.auth}
    return {**about, "from": "database", "registered": f"{row.registered_at:{WHEN}}"}
