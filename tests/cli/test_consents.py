import csv
import json
from pathlib import Path

import pytest

from idp.services import consents
from idp.services.work import Work
from tests.cli.conftest import Run
from tests.conftest import HandClock, MakeWork
from tests.people import add_account, add_holder


@pytest.fixture
def answered(make_work: MakeWork, clock: HandClock) -> None:
    """Two people: one has changed an answer and has two contracts, of which one pays by direct debit."""
    work: Work = make_work("contrat")
    first, second = add_holder(work, "100301"), add_holder(work, "100302", last_name="=CMD()")
    first.facts, second.facts = {"direct_debit": True}, {"direct_debit": False}
    account, other = add_account(work, first), add_account(work, second)
    consents.record(work, account, {"electronic_notices": True, "general_mails": True})
    consents.accept_terms(work, other, "2026-01")
    work.db.commit()
    work.db.close()
    clock.forward(days=10)
    later = make_work("contrat")
    consents.record(later, account, {"general_mails": False})
    consents.record(later, other, {"electronic_notices": True}, channel="phone")
    later.db.commit()
    later.db.close()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.journey("contrat-3")
@pytest.mark.usefixtures("answered")
def test_the_newest_answers_are_handed_over(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "consents.csv"
    result = run("consents", "export", "--landlord", "contrat", "--out", str(out))
    assert "Answers: 3" in result.output
    found = rows(out)
    assert [(row["identifier"], row["consent"], row["version"], row["answer"]) for row in found] == [
        ("100301", "electronic_notices", "1", "yes"),
        ("100302", "terms", "2026-01", "yes"),
        ("100301", "general_mails", "1", "no"),
    ]
    assert found[0]["contract"] == "LOT-100301"
    assert found[0]["answered_at"] == "2026-11-02T09:00:00+00:00"
    assert found[1]["last_name"] == "'=CMD()"
    assert found[2]["channel"] == "web"


@pytest.mark.usefixtures("answered")
def test_history_and_a_day_to_begin_with(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "all.csv"
    told = run("consents", "export", "--landlord", "contrat", "--out", str(out), "--history", "--json").output
    assert json.loads(told) == {"answers": 5, "file": str(out)}
    out = tmp_path / "lately.csv"
    run("consents", "export", "--landlord", "contrat", "--out", str(out), "--history", "--since", "9d")
    assert [(row["consent"], row["channel"]) for row in rows(out)] == [
        ("general_mails", "web"),
        ("electronic_notices", "phone"),
    ]


def test_a_file_that_is_there_is_left_alone(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "consents.csv"
    out.write_text("mine")
    assert run("consents", "export", "--landlord", "contrat", "--out", str(out)).exit_code == 2
    assert out.read_text() == "mine"
