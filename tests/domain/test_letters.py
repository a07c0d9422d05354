from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.letters import COUNT, acceptable, code_of
from idp.domain.provisional import typed_code

BORN = date(1987, 5, 13)


@pytest.mark.threat("T-02")
@pytest.mark.parametrize(
    "code",
    ["000000", "111111", "123456", "654321", "890123", "321098", "121212", "123123", "112233", "998877", "110011"],
)
def test_codes_that_everybody_tries_are_not_printed(code: str) -> None:
    assert not acceptable(code, None, "7539572")


@pytest.mark.threat("T-02")
@pytest.mark.parametrize("code", ["130587", "870513", "051387", "131987", "198705", "051987", "305198"])
def test_no_code_is_part_of_the_birth_date(code: str) -> None:
    assert not acceptable(code, BORN, "7539572")
    assert acceptable(code, date(1950, 1, 2), "7539572")


@pytest.mark.threat("T-02")
@pytest.mark.parametrize(
    ("code", "identifier"), [("753957", "7539572"), ("539572", "7539572"), ("327458", "d'a327458")]
)
def test_no_code_is_part_of_the_identifier(code: str, identifier: str) -> None:
    assert not acceptable(code, BORN, identifier)
    assert acceptable(code, BORN, "1000000")


@given(st.integers(0, COUNT - 1))
def test_every_code_is_six_digits_that_a_spreadsheet_keeps(number: int) -> None:
    code = code_of(number)
    assert typed_code(code) == code
    assert str(int(code)) == code


@given(
    st.integers(0, COUNT - 1),
    st.none() | st.dates(date(1900, 1, 1), date(2030, 1, 1)),
    st.text(st.sampled_from("0123456789-/ab"), max_size=100),
)
def test_what_is_printed_is_neither_weak_nor_personal(number: int, birth_date: date | None, identifier: str) -> None:
    code = code_of(number)
    if acceptable(code, birth_date, identifier):
        assert len(set(code)) > 2
        assert code not in "".join(letter for letter in identifier if letter.isdigit())
        assert birth_date is None or code not in birth_date.strftime("%d%m%Y %Y%m%d %d%m%y %y%m%d")


@pytest.mark.threat("T-02")
def test_hardly_any_code_is_lost() -> None:
    refused = sum(not acceptable(code_of(number), BORN, "7539572") for number in range(0, COUNT, 7))
    assert refused < COUNT / 7 * 0.01
