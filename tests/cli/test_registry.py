import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from idp.domain.events import EventName
from idp.models import Event, Holder
from tests.cli.conftest import Run
from tests.conftest import ROOT
from tests.services.registry_files import many, row, write

PARIS = ROOT / "tests" / "data" / "paris.csv"
REFUSED = json.loads((ROOT / "tests" / "data" / "facts.json").read_text())["paris.csv"]["refused"]


def load(run: Run, path: Path, *more: str) -> tuple[int, dict[str, object]]:
    result = run("registry", "import", str(path), "--landlord", "paris", "--json", *more)
    answer: dict[str, object] = json.loads(result.output)
    return result.exit_code, answer


def identifiers(engine: Engine) -> set[str]:
    with Session(engine) as db:
        return set(db.scalars(select(Holder.identifier).where(Holder.left_at.is_(None))))


def events(engine: Engine) -> list[str]:
    with Session(engine) as db:
        return list(db.scalars(select(Event.name).order_by(Event.id)))


@pytest.mark.journey("paris-12")
def test_programs_read_what_an_import_did(run: Run, engine: Engine) -> None:
    rows = [{"line": line, "reason": reason} for line, reason in REFUSED]
    expected = {"added": 393, "changed": 0, "unchanged": 0, "left": 0, "refused": rows}
    assert load(run, PARIS, "--dry-run") == (0, expected)
    assert identifiers(engine) == set()
    assert load(run, PARIS) == (0, expected)
    assert load(run, PARIS) == (0, expected | {"added": 0, "unchanged": 393})
    assert len(identifiers(engine)) == 393
    assert events(engine) == [EventName.REGISTRY_IMPORTED] * 2


def test_people_read_it_in_words(run: Run) -> None:
    words = ("registry", "import", str(PARIS), "--landlord", "paris")
    dry = run(*words, "--dry-run")
    assert dry.exit_code == 0
    assert "Nothing was changed" in dry.output
    done = run(*words)
    assert done.exit_code == 0
    assert "393  added" in done.output
    assert "line 142: identifier used twice" in done.output
    assert "BERNARD" not in done.output


def test_a_long_list_of_refusals_is_cut(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", *many(60, Courriel="x"))
    output = run("registry", "import", str(path), "--landlord", "paris").output
    assert "line 51: e-mail" in output
    assert "line 52: e-mail" not in output
    assert "and 10 more" in output


@pytest.mark.threat("T-72")
def test_a_file_refused_as_a_whole_changes_nothing_and_is_recorded(run: Run, engine: Engine, tmp_path: Path) -> None:
    load(run, write(tmp_path / "f.csv", *many(3)))
    broken = write(tmp_path / "g.csv", row("7000999"), '7000998;"')
    code, answer = load(run, broken)
    assert code == 1
    assert answer == {
        "added": 0,
        "changed": 0,
        "unchanged": 0,
        "left": 0,
        "refused": [],
        "error": "line 3: a quote is not closed, or stands in the middle of a value",
    }
    result = run("registry", "import", str(broken), "--landlord", "paris")
    assert result.exit_code == 1
    assert "Nothing was imported: line 3: a quote is not closed" in result.output
    assert identifiers(engine) == {"7000101", "7000102", "7000103"}
    assert events(engine) == [EventName.REGISTRY_IMPORTED, EventName.REGISTRY_REFUSED, EventName.REGISTRY_REFUSED]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.csv", "--landlord", "paris"), "does not exist"),
        ((str(PARIS), "--landlord", "nobody"), "there is no landlord"),
        ((str(PARIS),), "Missing option"),
        ((str(PARIS.parent), "--landlord", "paris"), "is a directory"),
    ],
)
def test_a_wrong_command_is_explained(words: tuple[str, ...], said: str, run: Run, engine: Engine) -> None:
    result = run("registry", "import", *words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())  # lines end where a long path has them end
    assert identifiers(engine) == set()
