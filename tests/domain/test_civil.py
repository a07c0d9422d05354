"""A person whom the state vouches for, and the holder of a contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.civil import Civil, Further, civil, fits
from tests.domain.test_proof import NAMES, as_people_type


@dataclass(frozen=True)
class Match:
    birth_name: str = "birth_name"
    also: Mapping[Further, str] = field(default_factory=dict)


BORN = date(1962, 8, 24)
ANGELA = Civil("DUBOIS", "Angela Claire Louise", BORN, {"gender": "female", "birthplace": "75107"})
KNOWN: Mapping[str, object] = {
    "last_name": "MARTIN",
    "birth_name": "Dubois",
    "first_name": "ANGELA",
    "birth_date": BORN,
    "town": "75107",
}
SAID: Mapping[str, Any] = {"family_name": "DUBOIS", "given_name": "Angela Claire Louise", "birthdate": "1962-08-24"}
HABITS = st.tuples(*[st.booleans()] * 4)


@given(NAMES, NAMES, HABITS, HABITS)
def test_a_person_fits_their_own_contract_however_it_is_spelled(
    birth: str, first: str, one: tuple[bool, bool, bool, bool], other: tuple[bool, bool, bool, bool]
) -> None:
    known = {**KNOWN, "birth_name": as_people_type(birth, one), "first_name": as_people_type(first, other)}
    assert fits(Match(), "all", known, Civil(birth, first, BORN))
    assert fits(Match(), "any", known, Civil(birth, first, BORN))


@given(NAMES, NAMES)
def test_another_name_at_birth_never_fits(birth: str, other: str) -> None:
    fit = fits(Match(), "any", {**KNOWN, "birth_name": birth}, replace(ANGELA, birth_name=other))
    assert fit == fits(Match(), "any", {**KNOWN, "birth_name": other}, replace(ANGELA, birth_name=birth))


@given(st.dates(), st.dates())
def test_only_the_very_day_fits(one: date, other: date) -> None:
    assert fits(Match(), "any", {**KNOWN, "birth_date": one}, replace(ANGELA, birth_date=other)) == (one == other)


@given(st.lists(NAMES, min_size=1, max_size=3), NAMES)
def test_whoever_fits_by_all_first_names_fits_by_any(given_names: list[str], printed: str) -> None:
    person, known = replace(ANGELA, first_names=" ".join(given_names)), {**KNOWN, "first_name": printed}
    assert fits(Match(), "any", known, person) or not fits(Match(), "all", known, person)


@given(st.sampled_from(["birth_name", "first_name", "birth_date"]), st.sampled_from([None, "", "?", "--", 7, True]))
def test_what_the_registry_does_not_know_fits_nobody(name: str, nothing: object) -> None:
    assert fits(Match(), "any", KNOWN, ANGELA)
    assert not fits(Match(), "any", {**KNOWN, name: nothing}, ANGELA)
    assert not fits(Match(), "any", {key: value for key, value in KNOWN.items() if key != name}, ANGELA)


def test_the_name_used_since_is_not_the_name_at_birth() -> None:
    assert not fits(Match(), "any", KNOWN, replace(ANGELA, birth_name="MARTIN"))
    assert fits(Match("last_name"), "any", KNOWN, replace(ANGELA, birth_name="MARTIN"))


@pytest.mark.parametrize(
    ("printed", "by_any", "by_all"),
    [
        ("Angela", True, False),
        ("claire", True, False),
        ("Angela-Claire", True, False),
        ("ANGELA CLAIRE LOUISE", True, True),
        ("Angela Louise", False, False),
        ("Louise Angela", False, False),
        ("Angel", False, False),
        ("Angela Claire Louise Marie", False, False),
    ],
)
def test_some_first_names_that_follow_each_other_or_all(printed: str, by_any: bool, by_all: bool) -> None:
    known = {**KNOWN, "first_name": printed}
    assert fits(Match(), "any", known, ANGELA) is by_any
    assert fits(Match(), "all", known, ANGELA) is by_all


def test_half_of_a_double_name_is_another_name() -> None:
    person = replace(ANGELA, first_names="Jean-Pierre Marie")
    assert not fits(Match(), "any", {**KNOWN, "first_name": "Jean"}, person)
    assert fits(Match(), "any", {**KNOWN, "first_name": "JEAN PIERRE"}, person)


def test_what_else_the_landlord_wants_must_fit_too() -> None:
    assert fits(Match(also={"birthplace": "town"}), "any", KNOWN, ANGELA)
    assert not fits(Match(also={"birthplace": "town"}), "any", {**KNOWN, "town": "69123"}, ANGELA)
    assert not fits(Match(also={"birthplace": "town"}), "any", {**KNOWN, "town": None}, ANGELA)
    assert not fits(Match(also={"birthcountry": "town"}), "any", KNOWN, ANGELA)


def test_an_address_plays_no_part() -> None:
    known = {**KNOWN, "birth_name": "Durand", "email": "angela@example.org"}
    person = civil({**SAID, "email": "angela@example.org", "email_verified": True})
    assert person is not None
    assert not fits(Match(), "any", known, person)


def test_a_person_is_read_as_they_are_told() -> None:
    person = civil({**SAID, "gender": "female", "birthplace": "75107", "birthcountry": "", "email": "a@example.org"})
    assert person == ANGELA


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("told", [None, "", " ", 7, True, ["Dubois"], {"value": "Dubois"}, "x" * 201, "a\nb", "--"])
def test_who_is_not_told_whole_is_nobody(name: str, told: object) -> None:
    assert civil({**SAID, name: told}) is None
    assert civil({key: value for key, value in SAID.items() if key != name}) is None


@pytest.mark.parametrize(
    "day", ["1962-00-00", "1962-08-00", "1962", "19620824", "24/08/1962", "1962-8-24", "1962-13-01", "1962-W34-5"]
)
def test_half_a_day_of_birth_is_none(day: str) -> None:
    assert civil({**SAID, "birthdate": day}) is None


@given(st.dictionaries(st.sampled_from([*SAID, "gender", "birthplace"]), st.none() | st.text() | st.integers()))
def test_whatever_is_said_names_a_person_or_nobody(said: dict[str, Any]) -> None:
    person = civil(said)
    if person is not None:
        known = {**KNOWN, "birth_name": person.birth_name, "first_name": person.first_names}
        assert not fits(Match(), "any", known, person) or person.birth_date == BORN
