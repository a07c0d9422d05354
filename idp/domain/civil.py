"""Who somebody is by the register of births, as a state's identity service says it, and whose contract fits."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol, get_args

from idp.domain import names

Further = Literal["gender", "birthplace", "birthcountry"]
FURTHER: tuple[Further, ...] = get_args(Further)
A_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST = 200
MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Civil:
    """Who somebody is.

    Attributes:
        birth_name: the family name at birth, whatever name is used since.
        first_names: all of them, in the order of the register of births.
        birth_date: the day.
        further: gender, place and country of birth, as far as they were told; codes, not words.
    """

    birth_name: str
    first_names: str
    birth_date: date
    further: Mapping[Further, str] = field(default_factory=dict)


class Match(Protocol):
    """How a landlord compares them with its registry (`idp.settings.registration.Vouched`)."""

    @property
    def birth_name(self) -> str:
        """Where the registry has the family name at birth."""

    @property
    def also(self) -> Mapping[Further, str]:
        """Where it has what else must fit."""


def civil(claims: Mapping[str, object]) -> Civil | None:
    """Read who somebody is (OpenID Connect Core §5.1, names as FranceConnect uses them).

    Args:
        claims: what the service says of them.

    Returns:
        the person, or None where a name or the day of birth is missing: some people's is known to the year only.
    """
    birth_name, first_names = _text(claims, "family_name"), _text(claims, "given_name")
    born = _day(claims.get("birthdate"))
    if born is None or not names.folded(birth_name) or not names.folded(first_names):
        return None
    further = {name: text for name in FURTHER if (text := _text(claims, name))}
    return Civil(birth_name, first_names, born, further)


def fits(match: Match, first_names: Literal["all", "any"], known: Mapping[str, object], person: Civil) -> bool:
    """Compare a person with one holder: all of it must fit, and what the registry does not know fits nobody.

    Args:
        match: the landlord's.
        first_names: whether the registry must have all first names, or one or some that follow each other.
        known: the holder's fields and facts by their names.
        person: who is vouched for.
    """
    return (
        _same(known.get(match.birth_name), [person.birth_name])
        and _same(known.get("first_name"), _runs(person.first_names, first_names))
        and known.get("birth_date") == person.birth_date
        and all(_equal(known.get(fact), person.further.get(name)) for name, fact in match.also.items())
    )


def _same(printed: object, vouched: list[str]) -> bool:
    if not isinstance(printed, str) or not names.folded(printed):
        return False
    return any(names.same(printed, name) for name in vouched)


def _runs(given: str, needed: Literal["all", "any"]) -> list[str]:
    """List what a registry may have of the first names: `Claire` or `Marie Claire` of `Marie Claire Anne`."""
    return [given] if needed == "all" else list(_following(given.replace(",", " ").split()[:MOST_NAMES]))


def _following(words: list[str]) -> Iterator[str]:
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            yield " ".join(words[start:end])


def _equal(printed: object, vouched: str | None) -> bool:
    return isinstance(printed, str) and vouched is not None and printed.strip().casefold() == vouched.casefold()


def _text(claims: Mapping[str, object], name: str) -> str:
    found = claims.get(name)
    return found.strip() if isinstance(found, str) and len(found) <= LONGEST and found.isprintable() else ""


def _day(said: object) -> date | None:
    if not isinstance(said, str) or not A_DAY.fullmatch(said):
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
