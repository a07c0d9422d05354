"""Which six digits may stand in a letter."""

import re
from datetime import date
from itertools import pairwise

from idp.domain.provisional import DIGITS

FIRST = 10 ** (DIGITS - 1)  # a spreadsheet that makes the letters would drop a zero at the start
COUNT = 10**DIGITS - FIRST
REPEATED = re.compile(r"(.{1,3})\1+")
NOT_DIGITS = re.compile(r"[^0-9]")
BIRTHDAYS = ("%d%m%Y", "%Y%m%d", "%m%d%Y", "%d%m%y", "%y%m%d", "%m%d%y", "%m%Y", "%Y%m")


def code_of(number: int) -> str:
    """Write a number from 0 up to, not including, COUNT as a code."""
    return str(FIRST + number)


def acceptable(code: str, birth_date: date | None, identifier: str) -> bool:
    """Tell whether a drawn code may be printed: nobody would try it first, neither for everyone nor for this person.

    Args:
        code: six digits.
        birth_date: the holder's, where it is known.
        identifier: the holder's, canonical.
    """
    return not (_is_weak(code) or _is_of_birthday(code, birth_date) or code in NOT_DIGITS.sub("", identifier))


def _is_weak(code: str) -> bool:
    """Tell 111211, 123123, 123456, 654321, 112233 and their like."""
    return (
        len(set(code)) < 3
        or REPEATED.fullmatch(code) is not None
        or _is_run(code)
        or (code[::2] == code[1::2] and _is_run(code[::2]))
    )


def _is_run(digits: str) -> bool:
    """Tell digits that go up or down by one, 9 and 0 being neighbours."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    return steps in ({1}, {9})


def _is_of_birthday(code: str, birth_date: date | None) -> bool:
    return birth_date is not None and any(code in birth_date.strftime(form) for form in BIRTHDAYS)
