"""Durations and days in words, in the language of the page."""

from datetime import date, datetime, timedelta

from babel.units import format_unit
from flask import Flask
from flask_babel import format_date, format_time, get_locale

from idp.domain.captchas import MAILED_FOR
from idp.settings.landlord import Landlord
from idp.web.typography import bound

UNITS = (("day", timedelta(days=1), 2), ("hour", timedelta(hours=1), 1), ("minute", timedelta(minutes=1), 1))


def in_words(duration: timedelta) -> str:
    """Write a duration in the largest unit that holds it exactly: « 24 heures », « 21 jours »."""
    for name, unit, least in UNITS:
        count, rest = divmod(duration, unit)
        if count >= least and not rest:
            return bound(format_unit(count, name, locale=get_locale()))
    return bound(format_unit(int(duration.total_seconds()), "second", locale=get_locale()))


def in_days(count: int) -> str:
    """Write a number of days: « 1 jour », « 30 jours »."""
    return bound(format_unit(count, "day", locale=get_locale()))


def day(when: date) -> str:
    """Write a day, or the day of an instant where the server is: « 2 novembre 2026 »."""
    local = when.astimezone() if isinstance(when, datetime) else when
    return bound(format_date(local, "long", rebase=False))


def moment(when: datetime) -> str:
    """Write an instant where the server is: « 2 novembre 2026, 10:00 »."""
    return bound(f"{day(when)}, {format_time(when.astimezone(), 'short', rebase=False)}")


def seconds_in_words(seconds: str) -> str:
    """Write a number of seconds, as a form holds it, as a duration."""
    return in_words(timedelta(seconds=int(seconds)))


def longest_wait(landlord: Landlord) -> str:
    """Write how long too many tries can close the way, whoever and wherever somebody is."""
    ladder = landlord.ladder
    return in_words(max(ladder.person.closed_for, ladder.device.closed_for, ladder.network.closed_for))


def mailed_code_lasts() -> str:
    """Write how long six digits that came by mail are good."""
    return in_words(MAILED_FOR)


def init(app: Flask) -> None:
    """Let every template write durations."""
    app.add_template_filter(in_words)
    app.add_template_filter(day)
    app.add_template_filter(moment)
    app.add_template_filter(seconds_in_words)
    app.add_template_global(longest_wait)
    app.add_template_global(mailed_code_lasts)
