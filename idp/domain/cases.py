"""Cases: what people ask the staff for, and the short names of their requests."""

from enum import StrEnum

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another: neither 0 nor O, neither 1 nor I
LENGTH = 7
HEAD = 3
COUNT = len(LETTERS) ** LENGTH


class Kind(StrEnum):
    """What somebody needs."""

    BLOCKED = "blocked"
    UNREGISTERED = "unregistered"
    """They cannot open an account."""
    MAIL_LESS = "mail_less"
    """A mail does not come, or they have no e-mail address."""
    WRONG_DATA = "wrong_data"
    OTHER = "other"


def reference_of(number: int) -> str:
    """Write a number from 0 up to, not including, COUNT as a reference, such as `M7K-4QTP`."""
    signs = ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        signs = LETTERS[place] + signs
    return f"{signs[:HEAD]}-{signs[HEAD:]}"


def typed_reference(typed: str) -> str | None:
    """Read a reference as somebody says or types it: small letters, spaces and a missing dash are forgiven.

    Returns:
        the reference, or None where it cannot be one.
    """
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    if len(signs) != LENGTH or any(sign not in LETTERS for sign in signs):
        return None
    return f"{signs[:HEAD]}-{signs[HEAD:]}"
