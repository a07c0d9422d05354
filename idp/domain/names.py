"""People's names: how they are compared, and what can be one."""

import re
import unicodedata

MAX_LENGTH = 100
PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n"}
)
LOST = "?"  # stands for a letter that the exporting system could not write
PUNCTUATION = frozenset(" '’-‐‑.,/&()°" + LOST)


def folded(name: str) -> str:
    """Reduce a name to its plain letters and digits: case, accents, hyphens, apostrophes and spaces do not count.

    Args:
        name: as printed or typed; any text.

    Returns:
        a text that is equal for two spellings of one name; it may be empty.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(letter for letter in apart.translate(PLAIN) if letter.isalnum())


def same(printed: str, typed: str) -> bool:
    """Compare a name of the registry with what somebody typed.

    Args:
        printed: as exported; a `?` in it stands for any letter.
        typed: any text.
    """
    known = map(folded, printed.split(LOST))
    return folded(typed) == folded(printed) or re.fullmatch(r"\w".join(known), folded(typed)) is not None


def plausible(name: str) -> bool:
    """Tell whether a text can be the name of a person or, for owners, of a company.

    Args:
        name: as exported; digits and `&` are there in company names.
    """
    return (
        len(name) <= MAX_LENGTH
        and not name.startswith("-")
        and any(letter.isalpha() for letter in name)
        and all(letter in PUNCTUATION or unicodedata.category(letter)[0] in "LMN" for letter in name)
    )
