"""When a password is to be renewed, and which reminder of it is due."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Literal, Protocol

LEAP_DAY = (2, 29)


class Calendar(Protocol):
    """The landlord's choice (`[renewal]`)."""

    @property
    def basis(self) -> Literal["anniversary", "age"]:
        """What the date is counted from."""

    @property
    def every(self) -> timedelta:
        """Age at which a password is due, where age counts."""

    @property
    def reminders(self) -> Collection[int]:
        """Days before the date on which a mail reminds of it."""


def due_on(calendar: Calendar, created: date, set_on: date) -> date:
    """Compute the day from which a new password is asked for.

    A password set on an anniversary of the account, or since the first reminder before it, counts for that
    anniversary: who follows a reminder is not asked again.

    Args:
        calendar: the landlord's choice.
        created: the day the account was created.
        set_on: the day the present password was set.
    """
    if calendar.basis == "age":
        return set_on + calendar.every
    early = timedelta(days=max(calendar.reminders, default=0))
    year = max(set_on.year, created.year + 1)
    while anniversary(created, year) - early <= set_on:
        year += 1
    return anniversary(created, year)


def anniversary(created: date, year: int) -> date:
    """Find the anniversary of a day in a year; 29 February counts as the 28th where there is none."""
    if (created.month, created.day) == LEAP_DAY and not _is_leap(year):
        return date(year, 2, 28)
    return created.replace(year=year)


def reminder_due(reminders: Collection[int], days_left: int) -> int | None:
    """Choose the reminder for so many days before the date: the last one whose day has come, late if need be."""
    if days_left <= 0:
        return None
    return min((days for days in reminders if days_left <= days), default=None)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
