"""`idp renewals`: the new passwords that a landlord asks for on a date."""

import json
from collections.abc import Iterable

import click
import rich_click

from idp.cli.context import landlord_option, work_for
from idp.cli.mailroom import OpenWork
from idp.services import reminders


@click.group(cls=rich_click.RichGroup)
def renewals() -> None:
    """Renew passwords on the landlord's calendar."""


@renewals.command("remind")
@landlord_option
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def remind(landlord: str, as_json: bool) -> None:
    """Queue the mails that are due today to those whose password is to be renewed soon, each mail once.

    The worker does the same once a day.
    """
    count = remind_all([landlord], work_for)[landlord]
    click.echo(json.dumps({"queued": count}) if as_json else f"Reminders queued: {count}")


def remind_all(landlords: Iterable[str], open_work: OpenWork) -> dict[str, int]:
    """Queue the reminders of landlords, in batches that are committed one by one.

    Args:
        landlords: their slugs.
        open_work: opens the work of a landlord.

    Returns:
        how many mails were queued, by landlord.
    """
    return {slug: _remind_one(slug, open_work) for slug in landlords}


def _remind_one(slug: str, open_work: OpenWork) -> int:
    total, after = 0, 0
    while True:
        with open_work(slug) as work:
            last, queued = reminders.remind(work, after)
        total += queued
        if last is None:
            return total
        after = last
