from hypothesis import given
from hypothesis import strategies as st

from idp.domain.cases import COUNT, reference_of, typed_reference


@given(st.integers(0, COUNT - 1))
def test_a_reference_is_read_as_it_is_written_and_as_people_say_it(number: int) -> None:
    reference = reference_of(number)
    assert len(reference) == 8
    assert not set("01IO") & set(reference)
    for typed in (reference, reference.lower(), reference.replace("-", ""), f" {reference.replace('-', ' ')} "):
        assert typed_reference(typed) == reference


@given(st.text(max_size=20))
def test_other_text_is_no_reference(text: str) -> None:
    found = typed_reference(text)
    assert found is None or typed_reference(found) == found


def test_two_numbers_have_two_references() -> None:
    assert len({reference_of(number) for number in range(2000)}) == 2000
    assert reference_of(0) == "222-2222"
    assert reference_of(COUNT - 1) == "ZZZ-ZZZZ"
