import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain import cells
from idp.domain.fingerprints import fingerprint, is_successor
from idp.domain.registry import Bad, Column, Flaw, Good, Shape, Trace, parse, twice

SHAPE = Shape(
    width=6,
    columns=(
        Column("identifier", 0, "identifier", cells.text_of(20), required=True, pattern=re.compile("[0-9]{4}")),
        Column("contract", 1, "lot", cells.text_of(20), required=True, prefix="L/"),
        Column("last_name", 2, "name", cells.name, required=True),
        Column("first_name", 3, "name", cells.name, required=True),
        Column("birth_date", 4, "birth date", cells.date_in("%d/%m/%Y")),
        Column("direct_debit", 5, "direct debit", cells.word_of({"Oui": True, "Non": False}), fact=True),
    ),
    key=("identifier",),
    kind="lease",
    role="tenant",
)
ROW = ("7539", "L/12", "ANDRÉ", "Loïc", "02/05/1933", "Non")


def row(**changes: str) -> list[str]:
    """The row, with other texts in some of its columns."""
    places = {column.name: column.place for column in SHAPE.columns}
    cells_now = list(ROW)
    for name, text in changes.items():
        cells_now[places[name]] = text
    return cells_now


def good(**changes: str) -> Good:
    return good_in(SHAPE, **changes)


def good_in(shape: Shape, /, **changes: str) -> Good:
    found = parse(shape, row(**changes))
    assert isinstance(found, Good)
    return found


def reason(cells_now: list[str]) -> str:
    found = parse(SHAPE, cells_now)
    assert isinstance(found, Bad)
    return str(found.refusal)


def test_a_row_becomes_a_holder() -> None:
    holder = good().holder
    assert (holder.identifier, holder.contract, holder.last_name, holder.first_name) == (
        "7539",
        "12",
        "ANDRÉ",
        "Loïc",
    )
    assert (holder.birth_date, holder.role, holder.kind) == (date(1933, 5, 2), "tenant", "lease")
    assert (holder.email, holder.until) == (None, None)
    assert holder.facts == {"direct_debit": False}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"identifier": ""}, "identifier missing"),
        ({"identifier": " \u00a0 "}, "identifier missing"),
        ({"identifier": "12"}, "identifier"),
        ({"contract": "L/"}, "lot"),
        ({"contract": ""}, "lot missing"),
        ({"last_name": '=HYPERLINK("http://x")'}, "name"),
        ({"first_name": ""}, "name missing"),
        ({"birth_date": "31/02/1980"}, "birth date"),
        ({"direct_debit": "peut-être"}, "direct debit"),
        ({"birth_date": "x", "direct_debit": "x"}, "birth date"),
    ],
)
def test_a_bad_value_is_named_as_the_landlord_calls_it(changes: dict[str, str], expected: str) -> None:
    assert reason(row(**changes)) == expected


def test_a_row_of_another_width_is_refused() -> None:
    assert reason([*ROW, "more"]) == "too many columns"
    assert reason([*ROW, ""]) == "too many columns"
    assert reason(list(ROW[:-1])) == "too few columns"
    assert reason(["x"]) == "too few columns"


def test_a_key_used_twice_is_named_once_for_each_label() -> None:
    shape = replace(SHAPE, key=("identifier", "last_name", "first_name"))
    assert str(twice(SHAPE, good()).refusal) == "identifier used twice"
    assert str(twice(shape, good_in(shape)).refusal) == "identifier + name used twice"
    assert twice(SHAPE, good()).refusal.flaw is Flaw.USED_TWICE


@pytest.mark.parametrize("last_name", ["NGUY?N", "?UKASZEWSKI"])
def test_a_letter_that_the_encoding_cannot_hold_is_no_flaw(last_name: str) -> None:
    assert good(last_name=last_name).holder.last_name == last_name


def test_spaces_around_and_within_do_not_count() -> None:
    assert good(last_name="  DE \u00a0LA   TOUR ", identifier=" 7539 ").holder.last_name == "DE LA TOUR"
    assert good(last_name="CLE\u0301MENT").holder.last_name == "CLÉMENT"


@pytest.mark.threat("T-71")
def test_what_was_written_for_a_spreadsheet_is_read_back() -> None:
    shape = replace(SHAPE, columns=(*SHAPE.columns[:5], Column("phone", 5, "phone", cells.text_of(30))))
    found = parse(shape, [*ROW[:5], "'+33 6 12 34 56 78"])
    assert isinstance(found, Good)
    assert found.holder.phone == "+33 6 12 34 56 78"


@pytest.mark.parametrize(
    "changes",
    [
        {name: text}
        for name, text in zip([c.name for c in SHAPE.columns[1:]], ["L/13", "ANDRÉE", "Loïs", "", ""], strict=True)
    ],
)
def test_every_field_is_in_the_fingerprint_and_none_but_the_key_in_the_key(changes: dict[str, str]) -> None:
    assert good(**changes).fingerprint != good().fingerprint
    assert good(**changes).key == good().key
    assert good().fingerprint == good().fingerprint


def test_names_in_a_key_are_compared_as_names() -> None:
    shape = replace(SHAPE, key=("identifier", "last_name"))
    assert good_in(shape, last_name="D'ALMEIDA").key == good_in(shape, last_name="d’Almeida").key
    assert good_in(shape, last_name="ALMEIDA").key != good_in(shape, last_name="ALMEIDO").key


def test_a_refused_row_leaves_the_best_trace_it_can() -> None:
    shape = replace(SHAPE, key=("identifier", "birth_date"))
    traces = [
        found.trace
        for cells_now in (
            row(direct_debit="?"),
            row(birth_date="?"),
            row(identifier="?"),
            row(identifier="?", last_name="="),
        )
        if isinstance(found := parse(shape, cells_now), Bad)
    ]
    assert traces == [Trace(key=good_in(shape).key), Trace(identifier="7539"), Trace(name="andre loic"), Trace()]


@given(st.lists(st.text(max_size=30), max_size=9))
def test_any_row_is_read_or_refused_with_a_reason(cells_now: list[str]) -> None:
    found = parse(SHAPE, cells_now)
    if isinstance(found, Bad):
        assert str(found.refusal)
    else:
        assert len(found.key) == 32
        assert len(found.fingerprint) == 64


def marks(last_name: str, first_name: str, birth_date: date | None) -> str:
    return fingerprint(last_name, first_name, birth_date, [last_name, first_name, birth_date])


BEFORE = marks("LEFÈVRE", "Chloé", date(1987, 5, 13))


@pytest.mark.threat("T-19")
@pytest.mark.parametrize(
    "after",
    [
        marks("MARTIN", "Paul", date(1990, 1, 1)),
        marks("LEFÈVRE", "Paul", date(1990, 1, 1)),
        marks("MARTIN", "Paul", None),
        marks("MARTIN", "Chloé", date(1990, 1, 1)),
    ],
)
def test_two_other_facts_make_another_person(after: str) -> None:
    assert is_successor(BEFORE, after)


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        marks("LEFEVRE", "CHLOE", date(1987, 5, 13)),
        marks("MARTIN", "Chloé", date(1987, 5, 13)),
        marks("LEFÈVRE", "Chloé", date(1987, 3, 15)),
        marks("LEFÈVRE", "Chloé", None),
        marks("MARTIN", "Chloé", None),
        marks("Chloé", "LEFÈVRE", date(1987, 5, 13)),
    ],
)
def test_a_marriage_or_a_correction_makes_none(after: str) -> None:
    assert not is_successor(BEFORE, after)
