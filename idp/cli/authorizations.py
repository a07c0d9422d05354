"""`idp authorizations`: which apps somebody allowed what."""

import json
from typing import Any

import click
import rich_click

from idp.cli.account import NOBODY
from idp.cli.context import landlord_option, work_for
from idp.models import Account
from idp.services import app_authorizations, people
from idp.services.work import Work

WHEN = "%Y-%m-%d"


@click.group(cls=rich_click.RichGroup)
def authorizations() -> None:
    """See which apps somebody allowed what, and withdraw it for them."""


@authorizations.command("list")
@click.argument("identifier")
@landlord_option
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def list_(identifier: str, landlord: str, as_json: bool) -> None:
    """List the apps that the person with IDENTIFIER allowed. Exit code 1 when there is nobody."""
    with work_for(landlord, read_only=True) as work:
        account = _account(work, identifier)
        rows = app_authorizations.of_account(work, account.id) if account else []
        found: list[dict[str, Any]] = [
            {"app": row.client_id, "since": f"{row.given_at:{WHEN}}", "gets": row.topics} for row in rows
        ]
    if as_json:
        click.echo(json.dumps(found))
        return
    for app in found:
        click.echo(f"{app['app']}  since {app['since']}  {' '.join(app['gets'])}".rstrip())
    if not found:
        click.echo("no app is allowed anything")


@authorizations.command()
@click.argument("identifier")
@click.argument("app")
@landlord_option
def withdraw(identifier: str, app: str, landlord: str) -> None:
    """Withdraw what the person with IDENTIFIER allowed APP (a client_id): its tokens are dead at once.

    Make sure first that it is they who call. Exit code 1 when there is nobody, or nothing to withdraw.
    """
    with work_for(landlord) as work:
        account = _account(work, identifier)
        withdrawn = account is not None and app_authorizations.withdraw(work, account.id, app)
    if not withdrawn:
        raise click.ClickException(f"{app} is not allowed anything by this person")
    click.echo("withdrawn: the app must ask the person again")


def _account(work: Work, identifier: str) -> Account | None:
    person = people.find(work, identifier)
    if person.account is None and person.holder is None:
        raise click.ClickException(NOBODY)
    return person.account
