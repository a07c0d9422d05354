"""Typing errors in the domain of an e-mail address: what was probably meant, never more than a question."""

from idp.domain.distance import distance

COMMON = (
    "gmail.com",
    "orange.fr",
    "hotmail.fr",
    "free.fr",
    "hotmail.com",
    "wanadoo.fr",
    "outlook.fr",
    "outlook.com",
    "yahoo.fr",
    "laposte.net",
    "sfr.fr",
    "live.fr",
    "icloud.com",
    "yahoo.com",
    "neuf.fr",
    "bbox.fr",
    "numericable.fr",
    "gmx.fr",
    "protonmail.com",
    "proton.me",
)
"""Where people in France have their mailboxes, the most usual first."""
REAL = frozenset(
    {*COMMON, "ymail.com", "email.com", "mail.com", "gmx.de", "gmx.net", "gmx.com", "live.com", "live.be"}
)
"""Domains that people have, too, and that look like one of the others: nobody is asked about them."""
SURE = 6  # letters of a name in which two may be wrong


def suggestion(email: str) -> str | None:
    """Say which address was probably meant.

    Args:
        email: any text.

    Returns:
        the same address at a domain that many people use, or None where there is nothing to ask.
    """
    local, _, domain = email.rpartition("@")
    typed = domain.lower()
    if not local or typed in REAL:
        return None
    found = next((common for common in COMMON if _is_slip(typed, common)), None)
    return f"{local}@{found}" if found else None


def _is_slip(typed: str, meant: str) -> bool:
    """Tell whether one text is another with one letter wrong, missing, too many or in the wrong place.

    In a long name followed by the right ending two letters may be wrong.
    """
    if distance(typed, meant, 1) == 1 or _is_swapped(typed, meant):
        return True
    name, _, ending = meant.rpartition(".")
    given, _, end = typed.rpartition(".")
    return len(name) >= SURE and ending == end and distance(given, name, 2) == 2


def _is_swapped(typed: str, meant: str) -> bool:
    """Tell whether two neighbouring letters have changed places."""
    places = [place for place, (one, other) in enumerate(zip(typed, meant, strict=False)) if one != other]
    if len(typed) != len(meant) or len(places) != 2 or places[1] - places[0] != 1:
        return False
    first, second = places
    return (typed[first], typed[second]) == (meant[second], meant[first])
