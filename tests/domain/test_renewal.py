from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.renewal import anniversary, due_on, reminder_due

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@dataclass(frozen=True)
class Calendar:
    basis: Literal["anniversary", "age"] = "anniversary"
    every: timedelta = timedelta(days=365)
    reminders: tuple[int, ...] = (30, 7, 1)


@pytest.mark.journey("moselle-7")
@pytest.mark.parametrize(
    ("created", "set_on", "due"),
    [
        ("2026-11-02", "2026-11-02", "2027-11-02"),
        ("2026-11-02", "2027-10-02", "2027-11-02"),
        ("2026-11-02", "2027-10-03", "2028-11-02"),
        ("2026-11-02", "2027-11-02", "2028-11-02"),
        ("2026-11-02", "2027-11-03", "2028-11-02"),
        ("2026-11-02", "2026-12-24", "2027-11-02"),
        ("2024-02-29", "2024-02-29", "2025-02-28"),
        ("2024-02-29", "2025-02-28", "2026-02-28"),
        ("2024-02-29", "2027-02-28", "2028-02-29"),
        ("2024-02-29", "2028-01-29", "2028-02-29"),
        ("2024-02-29", "2028-01-30", "2029-02-28"),
        ("2026-01-10", "2026-12-20", "2028-01-10"),
    ],
)
def test_the_anniversary_of_the_account(created: str, set_on: str, due: str) -> None:
    found = due_on(Calendar(), date.fromisoformat(created), date.fromisoformat(set_on))
    assert found == date.fromisoformat(due)


@pytest.mark.journey("moselle-7")
def test_the_age_of_the_password() -> None:
    calendar = Calendar(basis="age", every=timedelta(days=180))
    assert due_on(calendar, date(2020, 1, 1), date(2026, 11, 2)) == date(2027, 5, 1)


@pytest.mark.threat("T-24")
@given(days, st.integers(0, 8000), st.sets(st.integers(1, 90)))
def test_the_date_is_an_anniversary_that_comes_and_is_announced(
    created: date, later: int, reminders: set[int]
) -> None:
    set_on = created + timedelta(days=later)
    calendar = Calendar(reminders=tuple(reminders))
    due = due_on(calendar, created, set_on)
    assert due == anniversary(created, due.year)
    assert due > created
    assert timedelta(days=max(reminders, default=0)) < due - set_on <= timedelta(days=366 + 90)


@given(days, st.integers(0, 8000), st.integers(0, 8000))
def test_a_newer_password_is_never_due_earlier(created: date, one: int, other: int) -> None:
    first, second = sorted((one, other))
    dates = [due_on(Calendar(), created, created + timedelta(days=number)) for number in (first, second)]
    assert dates[0] <= dates[1]


@given(st.sets(st.integers(1, 90)), st.integers(-5, 120))
def test_the_reminder_is_the_last_one_whose_day_has_come(reminders: set[int], days_left: int) -> None:
    found = reminder_due(reminders, days_left)
    come = [number for number in reminders if number >= days_left]
    assert found == (min(come) if come and days_left > 0 else None)
