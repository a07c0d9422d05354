import json

import pytest

from idp.domain.events import EventName
from idp.services import audit
from tests.cli.conftest import Run
from tests.conftest import HandClock, MakeWork


@pytest.fixture(autouse=True)
def trail(make_work: MakeWork, clock: HandClock) -> None:
    """Three events, a day between each and the next."""
    names = (EventName.KEY_ROTATED, EventName.SIGN_IN_FAILED, EventName.SIGN_IN_SUCCEEDED)
    for place, name in enumerate(names):
        if place:
            clock.forward(days=1)
        work = make_work()
        with work.db.begin():
            audit.record(work, name, account_id=7, reason="password")


def names(run: Run, *words: str) -> list[str]:
    lines = run("events", "--json", *words).output.splitlines()
    return [json.loads(line)["name"] for line in lines]


def test_the_last_day_is_shown_oldest_first(run: Run) -> None:
    assert names(run) == ["sign_in.failed", "sign_in.succeeded"]


@pytest.mark.parametrize(
    ("since", "count"), [("1h", 1), ("2d", 3), ("2026-11-03", 2), ("2026-11-04", 1), ("2026-11-05", 0)]
)
def test_since_a_while_or_a_day(run: Run, since: str, count: int) -> None:
    assert len(names(run, "--since", since)) == count


def test_by_name_and_by_family(run: Run) -> None:
    assert names(run, "--since", "9d", "--name", "key.rotated") == ["key.rotated"]
    assert names(run, "--since", "9d", "--name", "sign_in") == ["sign_in.failed", "sign_in.succeeded"]


def test_a_line_for_people(run: Run) -> None:
    (line,) = run("events", "--since", "1h", "--landlord", "paris").output.splitlines()
    assert line == "2026-11-04 09:00:00  paris  sign_in.succeeded  account=7 network=192.0.2.0/24 reason=password"


@pytest.mark.parametrize("words", [("--since", "yesterday"), ("--since", "2026-13-01"), ("--name", "nothing")])
def test_what_cannot_be_read_is_refused(run: Run, words: tuple[str, str]) -> None:
    assert run("events", *words).exit_code == 2


def test_purge_says_what_it_deleted(run: Run, clock: HandClock) -> None:
    clock.forward(days=400)
    assert json.loads(run("purge", "--json").output)["paris"]["events"] == 3
    assert "nothing to delete" in run("purge").output
    assert names(run, "--since", "1h") == ["purge.done"]
