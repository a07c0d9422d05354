"""Short texts that stand for a holder: the key that names one, the fingerprint that changes with one."""

import hashlib
import json
from datetime import date

from idp.domain.names import folded

KEY_LENGTH = 32
LENGTH = 64
PART = 8
PERSON_PARTS = 3
UNKNOWN = "0" * PART


def key(parts: list[object]) -> str:
    """Compute what names a holder from one file to the next, from the values that tell one from all others."""
    return _digest(_written(parts))[:KEY_LENGTH]


def fingerprint(last_name: str, first_name: str, birth_date: date | None, everything: object) -> str:
    """Compute what changes when anything about a holder does.

    Args:
        last_name: as printed.
        first_name: as printed.
        birth_date: where it is known.
        everything: all fields, as values that JSON or `str` can write.

    Returns:
        64 hexadecimal characters; the first 24 change with the person only, in three parts of 8.
    """
    person = (folded(last_name), folded(first_name), str(birth_date or ""))
    parts = "".join(_digest(part)[:PART] if part else UNKNOWN for part in person)
    return parts + _digest(_written(everything))[: LENGTH - len(parts)]


def is_successor(before: str, after: str) -> bool:
    """Tell whether a key has passed to another person: of last name, first name and birth date two are others.

    One of them alone is a marriage or a correction, and so are the two names in exchanged places.

    Args:
        before: fingerprint of the holder so far.
        after: fingerprint of the holder now.
    """
    old, new = _person(before), _person(after)
    if old[0] == new[1] and old[1] == new[0]:
        return False
    return sum(was != is_now for was, is_now in zip(old, new, strict=True) if UNKNOWN not in (was, is_now)) >= 2


def _person(of: str) -> list[str]:
    return [of[place : place + PART] for place in range(0, PART * PERSON_PARTS, PART)]


def _written(value: object) -> str:
    return json.dumps(value, default=str, sort_keys=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
