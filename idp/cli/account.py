"""`idp account`: one person, for whoever helps them."""

import json
from datetime import datetime
from typing import Any

import click
import rich_click

from idp.cli.context import landlord_option, work_for
from idp.cli.events import line
from idp.cli.leaving import close_ended
from idp.domain import ladder
from idp.domain.ladder import Count
from idp.models import FailureCounter, Holder, ProvisionalPassword
from idp.services import overview as overviews
from idp.services.overview import Overview
from idp.services.work import Work
from idp.web.masking import masked

WHEN = "%Y-%m-%d %H:%M UTC"
NOBODY = "there is nobody with this identifier: compare it with the registry"


@click.group(cls=rich_click.RichGroup)
def account() -> None:
    """Help one person: see where they stand, and open what their wrong tries closed."""


@account.command()
@click.argument("identifier")
@landlord_option
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def show(identifier: str, landlord: str, as_json: bool) -> None:
    """Show where the person with IDENTIFIER stands, without showing who they are.

    Names and addresses are masked: enough to compare with what a caller says. Exit code 1 when there is nobody.
    """
    with work_for(landlord, read_only=True) as work:
        found = overviews.overview(work, identifier)
        if found is None:
            raise click.ClickException(NOBODY)
        values = described(work, found)
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
        return
    for name, value in values.items():
        entries = value if isinstance(value, list) else [value]
        for entry in filter(None, entries):
            click.echo(f"{name.replace('_', ' '):<18}{_in_words(entry)}")


@account.command()
@click.argument("identifier")
@landlord_option
def unlock(identifier: str, landlord: str) -> None:
    """Forget the wrong tries of the person with IDENTIFIER, so that they can try again at once.

    Make sure first that it is they who call. Exit code 1 when there is nobody.
    """
    with work_for(landlord) as work:
        found = overviews.unlock(work, identifier)
    if found is None:
        raise click.ClickException(NOBODY)
    click.echo("unlocked: wrong tries made so far no longer count")


@account.command("reset-second-factor")
@click.argument("identifier")
@landlord_option
def reset_second_factor(identifier: str, landlord: str) -> None:
    """Take away the second factor of the person with IDENTIFIER, who has lost telephone and recovery codes.

    Make sure first that it is they who call: afterwards the password alone lets in. Every session ends, and a mail
    tells the person. Exit code 1 when there is nobody, or no second factor.
    """
    with work_for(landlord) as work:
        was_there = overviews.reset_second_factor(work, identifier)
    if was_there is None:
        raise click.ClickException(NOBODY)
    if not was_there:
        raise click.ClickException("there is no second factor")
    click.echo("taken away: a mail tells the person, who signs in with the password from now on")


account.add_command(close_ended)


def described(work: Work, found: Overview) -> dict[str, Any]:
    """Describe a person with masked names and addresses."""
    account, first = found.account, found.first_connection
    return {
        "state": _state(found),
        "account": account
        and {
            "number": account.id,
            "opened": _when(account.created_at),
            "email": masked(account.email) if account.email else None,
            "email_verified": _when(account.email_verified_at),
        },
        "second_factor": found.second_factor
        and {
            "kind": found.second_factor.kind,
            "since": _when(found.second_factor.confirmed_at),
            "recovery_codes_left": found.recovery_codes,
        },
        "holder": [_holder(holder) for holder in found.holders],
        "first_connection": first
        and {
            "begun": _when(first.started_at),
            "proof": first.proof,
            "email": masked(first.email) if first.email else None,
            "email_verified": _when(first.email_verified_at),
        },
        "letter": found.letter and _letter(work, found.letter),
        "wrong_tries": [_wrong_tries(work, counter) for counter in found.counters],
        "event": [line(event) for event in found.events],
    }


def _state(found: Overview) -> str:
    if found.account is not None:
        return "account closed" if found.account.closed_at else "account open"
    return "first connection under way" if found.first_connection else "no account yet"


def _holder(holder: Holder) -> dict[str, Any]:
    return {
        "number": holder.id,
        "name": f"{holder.first_name[:1]}. {holder.last_name[:1]}.",
        "contract": holder.contract.reference,
        "role": holder.role,
        "until": holder.until and holder.until.isoformat(),
        "left_the_registry": _when(holder.left_at),
        "email_in_registry": masked(holder.email) if holder.email else None,
    }


def _letter(work: Work, letter: ProvisionalPassword) -> dict[str, Any]:
    endings = (
        ("used", letter.used_at is not None),
        ("cancelled", letter.cancelled_at is not None),
        ("burned by wrong tries", letter.failures >= work.landlord.letters.attempts),
        ("expired", letter.expires_at <= work.now),
    )
    return {
        "code": next((ending for ending, is_so in endings if is_so), "good"),
        "issued": _when(letter.issued_at),
        "expires": _when(letter.expires_at),
        "wrong_tries": letter.failures,
    }


def _wrong_tries(work: Work, counter: FailureCounter) -> dict[str, Any]:
    kind = counter.subject.partition(":")[0]
    rules = {"device": work.landlord.ladder.device, "factor": work.landlord.second_factor.tries}
    rule = rules.get(kind, work.landlord.ladder.person)
    count = Count(counter.count, counter.total, counter.window_started_at, counter.closed_until)
    is_closed = ladder.closed(count, rule, work.now)
    return {
        "from": {"device": "a known browser", "factor": "after the first factor"}.get(kind, "anywhere"),
        "in_a_row": counter.count,
        "since_the_last_success": counter.total,
        "closed": is_closed,
        "opens": _when(counter.closed_until) if is_closed else None,
    }


def _when(at: datetime | None) -> str | None:
    return f"{at:{WHEN}}" if at else None


def _in_words(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    return ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in entry.items() if value not in (None, ""))
