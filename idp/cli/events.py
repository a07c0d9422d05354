"""`idp events`: the audit trail."""

import json
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

import click

from idp.cli.context import application, current_settings, work_for
from idp.cli.since import read_since
from idp.domain.events import EventName
from idp.models import Event
from idp.services import trail
from idp.web.runtime import runtime_of

WHEN = "%Y-%m-%d %H:%M:%S"
FOLLOW_SECONDS = 1.0
FIRST = ("at", "landlord", "name", "details")
NAMES = sorted({*map(str, EventName), *(name.partition(".")[0] for name in EventName)})


@click.command("events")
@click.option("--landlord", metavar="SLUG", help="One landlord; all of them without it.")
@click.option("--since", default="1d", show_default=True, callback=read_since, help="A duration or a day.")
@click.option("--name", "names", multiple=True, type=click.Choice(NAMES), help="One name or family; repeatable.")
@click.option("--follow", is_flag=True, help="Go on with what happens from now on, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def events(
    landlord: str | None, since: datetime | timedelta, names: tuple[str, ...], follow: bool, as_json: bool
) -> None:
    """Show what happened, at most the newest 1,000 events of each landlord. They name nobody.

    Accounts and holders are shown by number; `idp account show` tells the numbers of a person.
    """
    now = runtime_of(application()).clock()
    start = since if isinstance(since, datetime) else now - since
    last = dict.fromkeys([landlord] if landlord else current_settings().landlords, 0)
    show = described if as_json else line
    while True:
        for row in _next(last, start, names):
            click.echo(show(row))
        if not follow:
            return
        time.sleep(FOLLOW_SECONDS)


def line(row: Event) -> str:
    """Write an event for people."""
    values = {key: value for key, value in _values(row).items() if value not in (None, {})}
    shown = [f"{key}={value}" for key, value in {**values, **row.details}.items() if key not in FIRST]
    return "  ".join([f"{row.happened_at:{WHEN}}", row.landlord, row.name, " ".join(shown)]).rstrip()


def described(row: Event) -> str:
    """Write an event for programs."""
    return json.dumps(_values(row))


def _values(row: Event) -> dict[str, object]:
    return {
        "at": row.happened_at.isoformat(),
        "landlord": row.landlord,
        "name": row.name,
        "account": row.account_id,
        "holder": row.holder_id,
        "client": row.client_id,
        "network": row.network,
        "details": row.details,
    }


def _next(last: dict[str, int], start: datetime, names: Iterable[str]) -> list[Event]:
    """Read what came after the last event that was shown of each landlord, and move on to it."""
    found: list[Event] = []
    for slug, shown in last.items():
        with work_for(slug, read_only=True) as work:
            rows = trail.read(work, since=start, after=shown, names=tuple(names))
            work.db.expunge_all()
        last[slug] = max([shown, *(row.id for row in rows)])
        found += rows
    return sorted(found, key=lambda row: (row.happened_at, row.id))
