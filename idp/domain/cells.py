"""Readers of the values in the landlord's file: a text in, a value out, or None where the text is none."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

from idp.domain import identifiers, names

Value = str | bool | date
Reader = Callable[[str], Value | None]

FIRST_YEAR = 1850
DATES_REMEMBERED = 65536
EMAIL_LENGTH = 254
EMAIL = re.compile(
    r"[\w!#$%&'*/?^`{|}~][\w!#$%&'*+/=?^`{|}~-]{0,63}(?:\.[\w!#$%&'*+/=?^`{|}~-]{1,63}){0,20}"
    r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,10}[^\W\d_][\w-]{0,61}[^\W_]"
)


def text_of(longest: int) -> Reader:
    """Make a reader of printable text.

    Args:
        longest: number of characters that can be stored.
    """
    return lambda text: text if len(text) <= longest and text.isprintable() else None


def name(text: str) -> str | None:
    """Read the name of a person; a formula is none."""
    return text if names.plausible(text) else None


def email(text: str) -> str | None:
    """Read an e-mail address (RFC 5321 without quoted local parts, RFC 6531)."""
    return text if len(text) <= EMAIL_LENGTH and EMAIL.fullmatch(text) else None


def identifier_of(rule: identifiers.Rule) -> Reader:
    """Make a reader that brings an identifier to the form in which people sign in with it."""
    return lambda text: identifiers.canonical(rule, text)


def word_of(meanings: Mapping[str, str | bool]) -> Reader:
    """Make a reader of words with an agreed meaning; any other word is none."""
    return meanings.get


def kept_if(known: Callable[[str], bool], longest: int) -> Reader:
    """Make a reader of texts that a test accepts, such as hashes of a known kind."""
    return lambda text: text if len(text) <= longest and known(text) else None


def date_in(form: str, last: date | None = None) -> Reader:
    """Make a reader of dates.

    Args:
        form: how dates are written, in strftime letters.
        last: the last day there can be, such as today for dates of birth.
    """

    @lru_cache(DATES_REMEMBERED)
    def read(text: str) -> date | None:
        if not text.isascii():
            return None
        try:
            found = datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            return None
        # Without separators a missing zero shifts the digits: 1999131 could be read as 31 January.
        if found.year < FIRST_YEAR or (text.isdigit() and found.strftime(form) != text):
            return None
        return found if last is None or found <= last else None

    return read
