"""`idp db`: the shape of the database."""

import click
import rich_click

from idp.cli.context import application
from idp.web import migrations
from idp.web.database import db as database


@click.group(cls=rich_click.RichGroup)
def db() -> None:
    """Bring the database to the shape this program needs."""


@db.command()
def upgrade() -> None:
    """Apply every migration that is still missing, all of them or none."""
    with application().app_context():
        applied = migrations.upgrade(database.engine)
    for step in applied:
        click.echo(f"applied  {step}")
    if not applied:
        click.echo("nothing to do: the database has every migration")


@db.command()
@click.argument("title")
def revise(title: str) -> None:
    """For developers: write the migration that leads from the tables to the models, to be read and finished."""
    with application().app_context():
        click.echo(migrations.revise(database.engine, title))
