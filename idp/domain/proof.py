"""Whether what somebody typed proves who they are, by the landlord's recipe."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, Protocol

from idp.domain import identifiers, names
from idp.domain.distance import distance

Given = Mapping[str, str | date | None]
"""What was typed for each field asked; a date that is none is None."""
SURE = 4


class Asked(identifiers.Rule, Protocol):
    """One fact that is asked; references are read by the rule it is."""

    @property
    def field(self) -> str:
        """Field of the holder, or name of a fact."""


class Recipe(Protocol):
    """What a landlord asks for, and how exactly (`[registration]`)."""

    @property
    def asks(self) -> Sequence[Asked]:
        """The facts."""

    @property
    def first_names(self) -> Literal["all", "any"]:
        """Whether one of several first names will do."""

    @property
    def typos(self) -> int:
        """Letters of a name that may be wrong."""


def proves(recipe: Recipe, known: Mapping[str, object], given: Given) -> bool:
    """Compare all that was typed with one holder; what the registry does not know proves nothing.

    Args:
        recipe: the landlord's.
        known: the holder's fields and facts by their names, the identifier in its canonical form.
        given: what was typed.
    """
    return all(_fits(recipe, asked, known.get(asked.field), given.get(asked.field)) for asked in recipe.asks)


def _fits(recipe: Recipe, asked: Asked, known: object, typed: str | date | None) -> bool:
    if known is None or not typed:
        return False
    if isinstance(known, date) or isinstance(typed, date):
        return known == typed
    printed = str(known)
    match asked.field:
        case "identifier":
            return True  # the holder was found by it
        case "last_name":
            return _same_name(printed, typed, recipe.typos)
        case "first_name":
            return any(_same_name(name, typed, recipe.typos) for name in _first_names(printed, recipe.first_names))
        case _:
            return identifiers.canonical(asked, printed) == identifiers.canonical(asked, typed) is not None


def _first_names(printed: str, needed: Literal["all", "any"]) -> list[str]:
    return [printed, *printed.replace(",", " ").split()] if needed == "any" else [printed]


def _same_name(printed: str, typed: str, typos: int) -> bool:
    if names.same(printed, typed):
        return True
    one, other = names.folded(printed), names.folded(typed)
    return min(len(one), len(other)) >= SURE and distance(one, other, typos) <= typos
