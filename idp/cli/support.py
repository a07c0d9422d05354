"""`idp support`: advisers look at what a person sees, when the person has said yes."""

import json
from typing import Any

import click
import rich_click

from idp.cli import tables
from idp.cli.context import landlord_option, work_for
from idp.cli.tables import WHEN
from idp.domain.support import Closer
from idp.models import Account
from idp.services import case_handling, people, support, support_record
from idp.services.cases import plea_of
from idp.services.support import Asked, NotAsked
from idp.services.support_record import Shown, Wish
from idp.services.work import Work
from idp.settings.client import Client

ADVISER_LIMIT = 100
REASON_LIMIT = 300
COLUMNS = {
    "reference": "reference",
    "adviser": "adviser",
    "account": "account",
    "asked": "asked (UTC)",
    "state": "state",
    "ends": "ends (UTC)",
    "looks": "looks",
}
REASONS = {
    NotAsked.ALREADY: "another request waits or runs: `idp support list` shows it",
    NotAsked.CLOSED: "the account is closed",
}
NO_DESK = "no app of this landlord is for advisers: set `support = true` on one of its clients"


@click.group("support", cls=rich_click.RichGroup)
def support_group() -> None:
    """Look at what somebody sees, with their consent and without their password."""


def text_of(limit: int) -> Any:
    """Take a text of one line."""

    def read(_: click.Context, __: click.Parameter, value: str) -> str:
        text = value.strip()
        if not text or len(text) > limit or not text.isprintable():
            raise click.BadParameter(f"write one line, {limit} characters at most")
        return text

    return read


@support_group.command()
@landlord_option
@click.option("--account", "identifier", help="Whose account: the identifier they sign in with.")
@click.option("--case", "reference", help="Reference of an assistance case that names the identifier.")
@click.option("--adviser", required=True, callback=text_of(ADVISER_LIMIT), help="Name of the adviser; they read it.")
@click.option("--reason", required=True, callback=text_of(REASON_LIMIT), help="Why, in a sentence; they read it.")
@click.option("--app", help="The advisers' app, where the landlord has several.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def request(
    *,
    landlord: str,
    identifier: str | None,
    reference: str | None,
    adviser: str,
    reason: str,
    app: str | None,
    as_json: bool,
) -> None:
    """Ask somebody whether an adviser may look; they answer in « Mon compte », and get a mail.

    Say the reference on the telephone, for them to compare. The code is for the advisers' app alone; it opens nothing
    before they have said yes.
    """
    if (identifier is None) == (reference is None):
        raise click.UsageError("name the person with --account or with --case")
    with work_for(landlord) as work:
        client = _desk(work, app)
        account, case = _whose(work, identifier, reference)
        asked = support.ask(work, account, client, Wish(adviser, reason), case)
        if isinstance(asked, NotAsked):
            raise click.ClickException(REASONS[asked])
    _print(asked, as_json=as_json)


@support_group.command("list")
@landlord_option
@click.option("--all", "everything", is_flag=True, help="Those that are over too, as long as they are kept.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def list_(landlord: str, everything: bool, as_json: bool) -> None:
    """List the requests that wait and the accesses that run, the newest first."""
    with work_for(landlord, read_only=True) as work:
        found = [_row(one) for one in support_record.listed(work, everything=everything)]
    tables.show(found, COLUMNS, "nothing waits or runs", as_json=as_json)


@support_group.command()
@click.argument("reference")
@landlord_option
def end(reference: str, landlord: str) -> None:
    """Withdraw a request, or end an access at once."""
    with work_for(landlord) as work:
        access = support_record.find(work, reference)
        if access is None or not support.close(work, access, Closer.STAFF):
            raise click.ClickException("nothing with this reference waits or runs")
    click.echo("ended")


def _desk(work: Work, app: str | None) -> Client:
    desks = [client for client in work.landlord.desks if app in (None, client.client_id)]
    if not desks:
        raise click.ClickException(NO_DESK)
    if len(desks) > 1:
        names = ", ".join(client.client_id for client in desks)
        raise click.UsageError(f"say with --app which one it is: {names}")
    return desks[0]


def _whose(work: Work, identifier: str | None, reference: str | None) -> tuple[Account, str | None]:
    """Find the account, and the case that it is for."""
    case = case_handling.find(work, reference) if reference else None
    if reference and case is None:
        raise click.ClickException("there is no case with this reference; closed ones are erased after a while")
    named = plea_of(work, case).identifier if case else identifier or ""
    account = people.find(work, named).account
    if account is None:
        raise click.ClickException("there is nobody with an account and this identifier")
    return account, case.reference if case else None


def _print(asked: Asked, *, as_json: bool) -> None:
    values = {
        "reference": asked.reference,
        "code": asked.code,
        "answer_by": f"{asked.answer_by:{WHEN}} UTC",
    }
    if as_json:
        click.echo(json.dumps(values))
        return
    for name, value in values.items():
        click.echo(f"{name.replace('_', ' '):<12}{value}")


def _row(one: Shown) -> dict[str, Any]:
    access = one.access
    return {
        "reference": access.reference,
        "case": access.case_reference,
        "account": access.account_id,
        "app": access.client_id,
        "adviser": one.wish.adviser,
        "reason": one.wish.reason,
        "asked": f"{access.requested_at:{WHEN}}",
        "state": one.state,
        "ends": f"{access.ends_at:{WHEN}}" if access.ends_at else None,
        "looks": access.looks,
    }
