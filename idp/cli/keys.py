"""`idp keys`: what a landlord signs its tokens with."""

from collections.abc import Iterable

import click
import rich_click

from idp.cli.context import landlord_option, work_for
from idp.cli.mailroom import OpenWork
from idp.services import key_rotation
from idp.services import keys as signing_keys
from idp.services.keys import ALGORITHMS, Pair
from idp.services.work import Work
from idp.settings.client import Algorithm

WHEN = "%Y-%m-%d %H:%M UTC"


@click.group(cls=rich_click.RichGroup)
def keys() -> None:
    """Look after the keys that sign a landlord's tokens."""


@keys.command("list")
@landlord_option
def list_(landlord: str) -> None:
    """List the published keys and what each is for."""
    with work_for(landlord) as work:
        for pair in signing_keys.published(work):
            click.echo(f"{pair.kid}  {pair.alg}  {_state(work, pair)}")


def rotate_worn(landlords: Iterable[str], open_work: OpenWork) -> None:
    """Replace the keys that have signed for long enough."""
    for slug in landlords:
        with open_work(slug) as work:
            key_rotation.rotate_due(work)


@keys.command()
@landlord_option
@click.option("--alg", type=click.Choice(ALGORITHMS), required=True, help="The algorithm whose key is replaced.")
@click.option("--now", "at_once", is_flag=True, help="For a key that leaked: withdraw it and void its tokens.")
def rotate(landlord: str, alg: Algorithm, at_once: bool) -> None:
    """Publish the next key; it signs once every app has had the time to fetch it."""
    with work_for(landlord) as work:
        if alg not in signing_keys.wanted(work.landlord):
            raise click.BadParameter(f"no app of {landlord} uses {alg}", param_hint="--alg")
        kid = signing_keys.rotate(work, alg, at_once=at_once)
        made = next(pair for pair in signing_keys.published(work) if pair.kid == kid)
        click.echo(f"{kid}  {alg}  {_state(work, made)}")


def _state(work: Work, pair: Pair) -> str:
    """Say what a key does now, and how long it is published."""
    until = f", published until {pair.retires_at:{WHEN}}" if pair.retires_at else ""
    if pair.active_from > work.now:
        return f"signs from {pair.active_from:{WHEN}}{until}"
    return ("signs" if pair == signing_keys.signing_key(work, pair.alg) else "signed before") + until
