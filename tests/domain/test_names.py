import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.names import folded, plausible, same


@pytest.mark.journey("auvergne-2")
@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("MÜLLER", "muller"),
        ("ŁUKASZEWSKI", "Lukaszewski"),
        ("İBRAHIM", "ibrahim"),
        ("ISIL", "ışıl"),
        ("D'ALMEIDA", "d’almeida"),
        ("BOURGEOIS--PETIT", "Bourgeois Petit"),
        ("DE LA TOUR", "delatour"),
        ("ŒUVRARD", "oeuvrard"),
        ("STRAẞE", "strasse"),
        ("CLE\u0301MENT", "Clément"),
    ],
)
def test_spellings_of_one_name_are_equal(printed: str, typed: str) -> None:
    assert folded(printed) == folded(typed) != ""


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("NGUY?N", "Nguyễn"),
        ("NGUY?N", "nguyen"),
        ("?UKASZEWSKI", "Łukaszewski"),
        ("Pawe?", "paweł"),
        ("NGUY?N", "NGUY?N"),
    ],
)
def test_a_lost_letter_may_be_any(printed: str, typed: str) -> None:
    assert same(printed, typed)


@pytest.mark.parametrize(
    ("printed", "typed"),
    [("NGUY?N", "NGUY"), ("NGUY?N", "NGUYABCN"), ("MARTIN", "MARTINE"), ("Pawe?", "Karol"), ("MARTIN", "")],
)
def test_another_name_is_not_the_same(printed: str, typed: str) -> None:
    assert not same(printed, typed)


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(printed: str, typed: str) -> None:
    assert same(printed, printed)
    assert same(printed, typed) or printed != typed


def test_other_names_differ() -> None:
    assert folded("MARTIN") != folded("MARTINE")


@given(st.text())
def test_folding_settles_and_ignores_case(name: str) -> None:
    assert folded(folded(name)) == folded(name)
    assert folded(name.upper()) == folded(name.upper().lower())


@pytest.mark.parametrize(
    "name",
    [
        "NGUY?N",
        "Pawe?",
        "O'CONNOR",
        "D’ALMEIDA",
        "BOURGEOIS--PETIT",
        "EL AMRANI",
        "ÖZTÜRK",
        "SCI LES 3 CHÊNES",
        "'T HOOFT",
        "DUPONT (née MARTIN)",
        "M. & Mme LEROY",
        "Ngọc Ễ",
        "ST. JEAN",
    ],
)
def test_names_of_people_and_companies_are_names(name: str) -> None:
    assert plausible(name)


@pytest.mark.threat("T-71")
@pytest.mark.parametrize(
    "name",
    [
        '=HYPERLINK("http://x")',
        "+33612345678",
        "-DUPONT",
        "@SUM(A1)",
        "＝1+1",
        "＋DUPONT",
        "－DUPONT",
        "＠DUPONT",
        "<b>DUPONT</b>",
        "DUPONT|cmd",
        "DU\tPONT",
        "DU\u200bPONT",
        "DUPONT;",
        "123",
        "??",
        "a" * 101,
        "DU\x1bPONT",
        "",
    ],
)
def test_formulas_markup_and_strange_characters_are_no_names(name: str) -> None:
    assert not plausible(name)
