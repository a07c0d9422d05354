from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain import cells
from tests.effort import little_work

FRENCH = cells.date_in("%d/%m/%Y")
COMPACT = cells.date_in("%Y%m%d")


@pytest.mark.parametrize("text", ["02/05/1933", "2/5/1933"])
def test_dates_are_read_as_people_write_them(text: str) -> None:
    assert FRENCH(text) == date(1933, 5, 2)


@pytest.mark.parametrize(
    "text", ["31/02/1980", "1985", "02-05-1933", "٠٢/٠٥/1933", "02/05/33", "02/05/1933x", "02/05/1066"]
)
def test_what_is_no_day_is_no_date(text: str) -> None:
    assert FRENCH(text) is None


@pytest.mark.parametrize("text", ["19991301", "1999131", "199911", "19990229"])
def test_dates_without_separators_need_all_their_digits(text: str) -> None:
    assert COMPACT(text) is None


def test_nobody_is_born_after_today() -> None:
    birth_date = cells.date_in("%d/%m/%Y", date(2026, 11, 2))
    assert birth_date("02/11/2026") == date(2026, 11, 2)
    assert birth_date("03/11/2026") is None


@given(st.dates(date(1850, 1, 1)))
def test_every_day_is_read_back(day: date) -> None:
    assert FRENCH(day.strftime("%d/%m/%Y")) == COMPACT(day.strftime("%Y%m%d")) == day


@pytest.mark.parametrize(
    "text",
    [
        "jerome.lambert218@example.com",
        "a@b.fr",
        "o'connor+bail@exemple-habitat.example.fr",
        "é@exemplé.fr",
        "x_y@a1.b2.org",
    ],
)
def test_addresses_are_read(text: str) -> None:
    assert cells.email(text) == text


@pytest.mark.threat("T-70")
@pytest.mark.parametrize(
    "text",
    [
        "pas d'adresse",
        "a@",
        "@b.fr",
        "a@b",
        "a@@b.fr",
        "a b@c.fr",
        "a@b.fr,c@d.fr",
        "a@b.fr\r\nBcc:c@d.fr",
        "=a@b.fr",
        "a..b@c.fr",
        ".a@b.fr",
        "a.@b.fr",
        "a@-b.fr",
        "a@b-.fr",
        "a@b..fr",
        "a@b.fr.",
        "a@1.2.3.4",
        "<a@b.fr>",
        "a" * 65 + "@b.fr",
        "a@" + "b." * 126 + "fr",
    ],
)
def test_what_no_mail_can_reach_is_no_address(text: str) -> None:
    assert cells.email(text) is None


@pytest.mark.threat("T-74")
@pytest.mark.parametrize("piece", ["a", "a@a.", " ", "a.", "-", "@"])
def test_readers_answer_at_once_whatever_they_are_given(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    for read in (cells.email, cells.name, FRENCH, cells.text_of(100)):
        with little_work(str(read)):
            assert read(text) is None


def test_words_have_agreed_meanings_only() -> None:
    flag = cells.word_of({"Oui": True, "Non": False})
    assert (flag("Oui"), flag("Non"), flag("peut-être")) == (True, False, None)


def test_texts_are_printable_and_fit() -> None:
    read = cells.text_of(5)
    assert (read("12345"), read("123456"), read("a\x00b"), read("a\nb")) == ("12345", None, None, None)
