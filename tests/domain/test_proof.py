"""Names as they are printed and as people type them."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.proof import proves


@dataclass(frozen=True)
class Fact:
    field: str
    digits_only: bool = False
    strip_prefix: str | None = None
    strip_left_zeros: bool = False
    length: int | None = None


@dataclass(frozen=True)
class Recipe:
    asks: tuple[Fact, ...] = (Fact("identifier"), Fact("last_name"), Fact("first_name"))
    first_names: Literal["all", "any"] = "any"
    typos: int = 0


BORN = date(1980, 8, 20)
KNOWN: Mapping[str, object] = {
    "identifier": "08271217575",
    "last_name": "D'ALMEIDA",
    "first_name": "Marie-Thérèse Anne",
    "birth_date": BORN,
    "module": "00123456",
}
TYPED = {"identifier": "x", "last_name": "dalmeida", "first_name": "marie therese"}
NAMES = st.lists(
    st.sampled_from(
        [
            "LE",
            "DE LA",
            "VAN DEN",
            "D'",
            "L'",
            "SAINT-",
            "EL ",
            "Ł",
            "Ç",
            "É",
            "N'",
            "MARTIN",
            "LEFÈVRE",
            "BOURGEOIS--PETIT",
            "O'CONNOR",
            "NGUYỄN",
            "GÖTZ",
            "ŒUVRARD",
            "HÉRITIER",
            "ÇELİK",
            "MÜLLER",
        ]
    ),
    min_size=1,
    max_size=3,
).map(" ".join)


def as_people_type(name: str, habits: tuple[bool, bool, bool, bool]) -> str:
    """Write a name without what people leave out on a phone."""
    lower, plain, no_hyphens, no_apostrophes = habits
    typed = name
    if plain:
        apart = unicodedata.normalize("NFKD", typed)
        typed = "".join(letter for letter in apart if not unicodedata.combining(letter))
    if no_hyphens:
        typed = typed.replace("-", " ")
    if no_apostrophes:
        typed = typed.replace("'", "’")
    return typed.lower() if lower else typed


@pytest.mark.journey("auvergne-2")
@given(NAMES, st.tuples(*[st.booleans()] * 4))
def test_case_accents_hyphens_apostrophes_and_spaces_do_not_matter(
    name: str, habits: tuple[bool, bool, bool, bool]
) -> None:
    typed = TYPED | {"last_name": as_people_type(name, habits)}
    assert proves(Recipe(), {**KNOWN, "last_name": name}, typed)


@given(NAMES, NAMES)
def test_a_name_proves_only_itself(one: str, other: str) -> None:
    same = proves(Recipe(), {**KNOWN, "last_name": one}, TYPED | {"last_name": other})
    back = proves(Recipe(), {**KNOWN, "last_name": other}, TYPED | {"last_name": one})
    assert same == back


@pytest.mark.parametrize("typed", ["Marie-Thérèse Anne", "marie therese anne", "Anne", "MARIE THERESE"])
def test_one_of_several_first_names_is_enough_where_the_landlord_says_so(typed: str) -> None:
    assert proves(Recipe(), KNOWN, TYPED | {"first_name": typed})


@pytest.mark.parametrize("typed", ["Anne", "Marie-Thérèse", "Marie"])
def test_all_first_names_are_needed_where_the_landlord_says_so(typed: str) -> None:
    assert not proves(Recipe(first_names="all"), KNOWN, TYPED | {"first_name": typed})


@pytest.mark.parametrize("field", ["last_name", "first_name"])
@pytest.mark.parametrize("typed", ["", " ", "x", "Martin", "%", "?"])
def test_another_name_proves_nothing(field: str, typed: str) -> None:
    assert not proves(Recipe(), KNOWN, TYPED | {field: typed})


def test_a_typing_error_is_forgiven_where_the_landlord_says_so() -> None:
    wrong = TYPED | {"last_name": "d'almaida"}
    assert proves(Recipe(typos=1), KNOWN, wrong)
    assert not proves(Recipe(), KNOWN, wrong)
    assert not proves(Recipe(typos=1), {**KNOWN, "last_name": "LE"}, TYPED | {"last_name": "LA"})


def test_the_birth_date_must_be_the_very_day() -> None:
    recipe = Recipe((*Recipe().asks, Fact("birth_date")))
    assert proves(recipe, KNOWN, {**TYPED, "birth_date": BORN})
    assert not proves(recipe, KNOWN, {**TYPED, "birth_date": date(1980, 8, 21)})
    assert not proves(recipe, KNOWN, {**TYPED, "birth_date": None})
    assert not proves(recipe, {**KNOWN, "birth_date": None}, {**TYPED, "birth_date": None})


@pytest.mark.parametrize(
    ("typed", "right"),
    [("00123456", True), ("00 12 34 56", True), ("00-123-456", True), ("123456", False), ("", False), ("x", False)],
)
def test_a_number_is_read_by_its_own_rule(typed: str, right: bool) -> None:
    recipe = Recipe((Fact("identifier"), Fact("module", digits_only=True)))
    assert proves(recipe, KNOWN, {"identifier": "x", "module": typed}) is right


@given(st.dictionaries(st.sampled_from(sorted(KNOWN)), st.text()))
def test_what_the_registry_does_not_know_proves_nothing(typed: dict[str, str]) -> None:
    assert not proves(Recipe(), {"identifier": "x", "last_name": None, "first_name": None}, typed)
