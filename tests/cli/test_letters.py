import csv
import json
import os
import stat
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from idp.cli import main
from idp.models import ProvisionalPassword
from idp.services.work import Work
from tests.cli.conftest import Run
from tests.people import add_holder


@pytest.fixture
def two_holders(work: Work) -> None:
    add_holder(work, "7000101")
    add_holder(work, "7000102")
    work.db.commit()
    work.db.close()


def stored(engine: Engine) -> int:
    with Session(engine) as db:
        return db.scalar(select(func.count()).select_from(ProvisionalPassword)) or 0


def issue(run: Run, out: Path, *more: str) -> tuple[int, str]:
    result = run("letters", "issue", "--landlord", "paris", "--out", str(out), *more)
    return result.exit_code, result.output


@pytest.mark.journey("paris-2")
@pytest.mark.usefixtures("two_holders")
def test_letters_are_written_to_a_file_of_the_owner_only(run: Run, tmp_path: Path, engine: Engine) -> None:
    out = tmp_path / "letters.csv"
    code, output = issue(run, out)
    assert code == 0
    assert "Letters issued: 2" in output
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["identifier"] for row in rows] == ["7000101", "7000102"]
    assert not any(row["code"] in output for row in rows)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert list(tmp_path.glob("*.part")) == []
    assert stored(engine) == 2


@pytest.mark.usefixtures("two_holders")
def test_one_letter_at_a_time_and_answers_for_programs(run: Run, tmp_path: Path) -> None:
    one = tmp_path / "one.csv"
    assert json.loads(issue(run, one, "--holder", "7 000 101", "--json")[1]) == {"issued": 1, "file": str(one)}
    assert json.loads(issue(run, tmp_path / "rest.csv", "--json")[1])["issued"] == 1
    assert json.loads(issue(run, tmp_path / "none.csv", "--json")[1]) == {"issued": 0}
    assert "Nobody needs a letter" in issue(run, tmp_path / "none.csv")[1]
    assert not (tmp_path / "none.csv").exists()


@pytest.mark.usefixtures("two_holders")
def test_an_unknown_holder_is_said_in_words(run: Run, tmp_path: Path) -> None:
    code, output = issue(run, tmp_path / "x.csv", "--holder", "7999999", "--json")
    assert (code, json.loads(output)["issued"]) == (1, 0)
    code, output = issue(run, tmp_path / "x.csv", "--holder", "7999999")
    assert code == 1
    assert "no holder with this identifier" in output
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.usefixtures("two_holders")
@pytest.mark.parametrize("there", ["letters.csv", "letters.csv.part"])
def test_a_file_that_is_there_is_never_overwritten(there: str, run: Run, tmp_path: Path, engine: Engine) -> None:
    (tmp_path / there).write_text("precious")
    code, output = issue(run, tmp_path / "letters.csv")
    assert code == 2
    assert "exists already" in output
    assert [path.name for path in tmp_path.glob("letters*")] == [there]
    assert (tmp_path / there).read_text() == "precious"
    assert stored(engine) == 0


@pytest.mark.usefixtures("two_holders")
def test_a_folder_that_is_missing_is_said(run: Run, tmp_path: Path, engine: Engine) -> None:
    code, output = issue(run, tmp_path / "nowhere" / "letters.csv")
    assert code == 2
    assert "cannot be written" in output
    assert stored(engine) == 0


@pytest.mark.threat("T-84")
@pytest.mark.usefixtures("two_holders")
def test_when_the_file_cannot_be_written_no_code_is_good(
    run: Run, tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        issue(run, tmp_path / "letters.csv")
    assert stored(engine) == 0
    assert list(tmp_path.glob("letters*")) == []


@pytest.mark.threat("T-81")
@pytest.mark.usefixtures("two_holders")
def test_when_the_database_does_not_confirm_the_codes_are_kept(app: Flask, tmp_path: Path, engine: Engine) -> None:
    out, part = tmp_path / "letters.csv", tmp_path / "letters.csv.part"

    def lose(_: Session) -> None:
        if part.exists() and part.stat().st_size:
            raise ConnectionError("the server closed the connection")

    event.listen(Session, "before_commit", lose)
    try:
        result = app.test_cli_runner().invoke(main, ["letters", "issue", "--landlord", "paris", "--out", str(out)])
    finally:
        event.remove(Session, "before_commit", lose)
    assert isinstance(result.exception, ConnectionError)
    assert f"The codes are in {part}" in result.output
    assert b"7000101" in part.read_bytes()
    assert stored(engine) == 0
    assert out.read_bytes() == b""
