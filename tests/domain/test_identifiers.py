import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.identifiers import MAX_LENGTH, canonical
from idp.settings.journey import IdentifierRule

NUMBER = IdentifierRule(digits_only=True, strip_left_zeros=True)
REFERENCE = IdentifierRule(digits_only=True, strip_prefix="L/")
CUSTOMER = IdentifierRule(digits_only=True, strip_prefix="02", length=11)
TITLE = IdentifierRule()
RULES = [NUMBER, REFERENCE, CUSTOMER, TITLE, IdentifierRule(strip_prefix="É-1", strip_left_zeros=True)]

SPELLINGS = [
    "0360172",
    "360172",
    "000360172",
    " 360172",
    "360172 ",
    "360 172",
    "360\u00a0172",
    "360\u202f172",
    "360\u2009172",
    "360\u3000172",
    "36.01.72",
    "36-01-72",
    "36\u201001\u201072",
    "36\u201101\u201172",
    "36\u201301\u201372",
    "36\u201401\u201472",
    "36\u221201\u221272",
    "36\u00ad0172",
    "36\u200b0172",
    "\ufeff360172",
    "\u202a360172\u202c",
    "\t360172\n",
    "360172\r\n",
    "３６０１７２",
    "０３６０１７２",
    "𝟑𝟔𝟎𝟏𝟕𝟐",
    "36．01．72",
    "36\uff0d0172",
    "360·172",
    "- 360172 -",
]


@pytest.mark.threat("T-07")
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_number_is_one_identifier(spelling: str) -> None:
    assert canonical(NUMBER, spelling) == "360172"


@pytest.mark.threat("T-07")
@pytest.mark.parametrize(
    "typed", ["", " ", "0", "000", "٣٦٠١٧٢", "३६०१७२", "36O172", "360172a", "L/360172", "360172\x00", "\ud800", "½"]
)
def test_what_holds_anything_but_ascii_digits_is_no_number(typed: str) -> None:
    assert canonical(NUMBER, typed) is None


@pytest.mark.journey("contrat-2")
@pytest.mark.parametrize("typed", ["452846", "L/452846", "l/452846", "L / 452 846", "Ｌ／452846", "L/L/452846"])
def test_a_prefix_is_taken_off_where_it_was_typed(typed: str) -> None:
    assert canonical(REFERENCE, typed) == "452846"


@pytest.mark.journey("auvergne-1")
@pytest.mark.parametrize("typed", ["02102296763", "02 02102296763", "02 021 022 967 63", "0202102296763"])
def test_a_prefix_of_digits_is_told_from_the_number_by_its_length(typed: str) -> None:
    assert canonical(CUSTOMER, typed) == "02102296763"


@pytest.mark.parametrize("typed", ["2102296763", "2102296763 02", "102296763", "0302102296763", "020202102296763000"])
def test_another_length_is_unknown(typed: str) -> None:
    assert canonical(CUSTOMER, typed) is None


@pytest.mark.journey("moselle-2")
@pytest.mark.parametrize(
    "typed", ["D'A327458", "d'a327458", "D’A327458", "D`A 327458", " d'A327 458 ", "Ｄ'Ａ327458"]
)
def test_an_account_title_is_read_whatever_its_case_apostrophe_and_spaces(typed: str) -> None:
    assert canonical(TITLE, typed) == "d'a327458"


@pytest.mark.threat("T-76")
@pytest.mark.parametrize("typed", ["a\x00b", "a\x1bb", "\ud800", "a" * 101, "a" * 201, "\ufdfa" * 200, "\ue000"])
def test_what_cannot_be_stored_is_no_identifier(typed: str) -> None:
    assert canonical(TITLE, typed) is None


@given(st.sampled_from(RULES), st.text(st.characters(), max_size=250))
def test_any_text_has_one_stable_storable_form_or_none(rule: IdentifierRule, typed: str) -> None:
    found = canonical(rule, typed)
    if found is not None:
        assert canonical(rule, found) == found
        assert 0 < len(found) <= MAX_LENGTH
        found.encode()
        assert found.isprintable()


@given(st.from_regex(r"[1-9][0-9]{0,9}", fullmatch=True), st.lists(st.sampled_from(" .-\u00a0\u2011"), max_size=12))
def test_blanks_dots_and_dashes_anywhere_in_a_number_do_not_count(number: str, noise: list[str]) -> None:
    typed = "".join(
        a + b for a, b in zip([*noise, *[""] * len(number)], number.ljust(len(noise) + len(number)), strict=True)
    )
    assert canonical(NUMBER, typed) == number


@given(st.from_regex(r"[A-Za-z']{1,6}[0-9]{1,6}", fullmatch=True))
def test_case_does_not_count(typed: str) -> None:
    assert canonical(TITLE, typed.upper()) == canonical(TITLE, typed.lower())


def test_a_prefix_of_digits_without_a_length_is_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        IdentifierRule(digits_only=True, strip_prefix="02")


def test_left_zeros_count_where_the_length_is_fixed() -> None:
    with pytest.raises(ValueError, match="strip_left_zeros"):
        IdentifierRule(strip_left_zeros=True, length=11)
