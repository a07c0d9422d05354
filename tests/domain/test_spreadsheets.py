import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.spreadsheets import guarded, is_formula, restored


@pytest.mark.threat("T-71")
@given(st.text() | st.text().map("=".__add__) | st.text().map("＠".__add__))
def test_no_written_value_is_a_formula_and_all_are_read_back(value: str) -> None:
    assert not is_formula(guarded(value))
    if not (value.startswith("'") and is_formula(value[1:])):
        assert restored(guarded(value)) == value


@pytest.mark.threat("T-71")
@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A1"])
def test_what_a_spreadsheet_would_run_is_written_as_text(value: str) -> None:
    assert guarded(value) == f"'{value}"
