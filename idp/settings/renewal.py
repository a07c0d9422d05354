"""`[renewal]`: the forced new password of landlords who want one."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from idp.settings.section import Duration, Section


class Renewal(Section):
    """A new password on a date. It locks nobody out: it is asked for after the right password."""

    mode: Literal["enforce", "invite", "off"] = "off"
    """`enforce` asks until there is a new one, `invite` takes « later » for an answer."""
    basis: Literal["anniversary", "age"] = "anniversary"
    """Each year on the day the account was created, or after `every` since the password was set."""
    every: Annotated[Duration, Field(ge=timedelta(days=30))] = timedelta(days=365)
    """Age at which a password is due, for `basis = "age"`."""
    reminders: list[Annotated[int, Field(ge=1, le=90)]] = [30, 7, 1]
    """Days before the date on which a mail reminds of it. A password renewed after the first one counts."""
    reproof: bool = False
    """Ask on the renewal page for the facts of `registration.asks` again."""
