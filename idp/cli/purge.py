"""`idp purge`: deletes what is over and has been kept long enough."""

import json
from collections.abc import Iterable

import click

from idp.cli.context import current_settings, work_for
from idp.cli.mailroom import OpenWork
from idp.services import purge as purging
from idp.services.purge import BATCH, RULES


def purge_all(landlords: Iterable[str], open_work: OpenWork) -> dict[str, dict[str, int]]:
    """Delete what is over, in batches that are committed one by one.

    Args:
        landlords: slugs of the landlords whose rows are looked at.
        open_work: opens the work of a landlord.

    Returns:
        how many rows were deleted, by landlord and by what they were.
    """
    return {slug: _purge_one(slug, open_work) for slug in landlords}


@click.command("purge")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def purge(as_json: bool) -> None:
    """Delete now what is over and has been kept long enough; see [retention] in idp.toml.

    The worker does the same once an hour.
    """
    counts = purge_all(current_settings().landlords, work_for)
    if as_json:
        click.echo(json.dumps(counts))
        return
    for slug, of_landlord in counts.items():
        for what, count in of_landlord.items():
            if count:
                click.echo(f"{slug}  {count:>7}  {what.replace('_', ' ')}")
    if not any(count for of_landlord in counts.values() for count in of_landlord.values()):
        click.echo("nothing to delete")


def _purge_one(slug: str, open_work: OpenWork) -> dict[str, int]:
    counts = dict.fromkeys(RULES, 0)
    for what, rule in RULES.items():
        deleted = BATCH
        while deleted == BATCH:
            with open_work(slug) as work:
                deleted = purging.purge(work, rule)
            counts[what] += deleted
    with open_work(slug) as work:
        purging.record(work, counts)
    return counts
