"""`idp account close-ended`: closes the accounts of those whose contracts have ended for long enough."""

from collections.abc import Iterable

import click

from idp.cli.context import current_settings, work_for
from idp.cli.mailroom import OpenWork
from idp.services import leaving
from idp.services.leaving import BATCH


def close_all(landlords: Iterable[str], open_work: OpenWork) -> dict[str, int]:
    """Close what is to be closed, in batches that are committed one by one.

    Args:
        landlords: slugs of the landlords whose accounts are looked at.
        open_work: opens the work of a landlord.

    Returns:
        how many accounts were closed, by landlord.
    """
    return {slug: _close_one(slug, open_work) for slug in landlords}


@click.command("close-ended")
@click.option("--landlord", metavar="SLUG", help="Name of the landlord's file; all landlords without it.")
def close_ended(landlord: str | None) -> None:
    """Close now the accounts without a contract left; `leaving.access_after_end` says how long people keep them.

    The worker does the same once an hour. Each person gets a mail.
    """
    for slug, count in close_all([landlord] if landlord else current_settings().landlords, work_for).items():
        click.echo(f"{slug}  {count:>7}  closed")


def _close_one(slug: str, open_work: OpenWork) -> int:
    closed, batch = 0, BATCH
    while batch == BATCH:
        with open_work(slug) as work:
            batch = leaving.close_ended(work)
        closed += batch
    return closed
