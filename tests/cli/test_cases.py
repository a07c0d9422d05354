import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from idp.domain.cases import Kind
from idp.domain.mails import MailKind
from idp.models import Case, Event
from idp.services import cases
from idp.services.cases import Plea
from tests.cli.conftest import Run
from tests.conftest import MakeWork
from tests.people import add_holder, mailed

AT = ("--landlord", "moselle")
PLEA = Plea(
    Kind.BLOCKED, "Lefèvre", "Chloé", "Bonjour\n\x1b[2J<script>\u202e", "LEF120034", None, "chloe@example.org"
)


@pytest.fixture
def reference(make_work: MakeWork) -> str:
    work = make_work("moselle")
    found = cases.open_case(work, PLEA)
    work.db.commit()
    assert found is not None
    return found


def test_list_shows_references_and_nothing_personal(run: Run, reference: str) -> None:
    for more in ((), ("--json",)):
        output = run("cases", "list", *AT, *more).output
        assert reference in output
        assert not any(word in output for word in ("Lefèvre", "Chloé", "example.org", "LEF"))
    run("cases", "close", reference, *AT)
    assert "no open case" in run("cases", "list", *AT).output
    assert json.loads(run("cases", "list", *AT, "--all", "--json").output)[0]["closed"] == "2026-11-02 09:00"


@pytest.mark.threat("T-23")
def test_show_steers_no_terminal(run: Run, reference: str) -> None:
    for more in ((), ("--json",)):
        output = run("cases", "show", reference.lower(), *AT, *more).output
        assert "\x1b" not in output
        assert "\u202e" not in output
        assert "<script>" in output
    assert json.loads(output)["message"] == PLEA.message
    assert json.loads(output)["agrees_with_the_registry"] == {"identifier": False}


def test_show_compares_with_the_registry(run: Run, make_work: MakeWork, reference: str) -> None:
    work = make_work("moselle")
    add_holder(work, "lef120034", last_name="PETIT")
    work.db.commit()
    shown = json.loads(run("cases", "show", reference, *AT, "--json").output)["agrees_with_the_registry"]
    assert shown == {"identifier": True, "last_name": False, "first_name": True, "email": False}
    assert "differs" in run("cases", "show", reference, *AT).output


def test_answer_by_text_or_file(run: Run, make_work: MakeWork, reference: str, tmp_path: Path) -> None:
    letter = tmp_path / "answer.txt"
    letter.write_text("Bonjour,\nréessayez.\n", encoding="utf-8-sig")
    assert run("cases", "answer", reference, *AT, "--text", "Bonjour").exit_code == 0
    assert run("cases", "answer", reference, *AT, "--file", str(letter)).exit_code == 0
    assert mailed(make_work("moselle"), MailKind.CASE_ANSWERED)[1]["text"] == "Bonjour,\nréessayez."
    for wrong in ((), ("--text", " "), ("--text", "a", "--file", str(letter))):
        assert run("cases", "answer", reference, *AT, *wrong).exit_code == 2


def test_an_answer_in_another_encoding_is_refused_in_words(run: Run, reference: str, tmp_path: Path) -> None:
    letter = tmp_path / "answer.txt"
    letter.write_bytes("réessayez".encode("cp1252"))
    result = run("cases", "answer", reference, *AT, "--file", str(letter))
    assert (result.exit_code, "not in UTF-8" in result.output) == (2, True)


def test_answer_without_address_says_to_call(run: Run, make_work: MakeWork) -> None:
    work = make_work("moselle")
    reference = cases.open_case(work, replace(PLEA, email="", phone="0387000000")) or ""
    work.db.commit()
    result = run("cases", "answer", reference, *AT, "--text", "Bonjour")
    assert (result.exit_code, "call them" in result.output) == (1, True)


@pytest.mark.journey("moselle-6")
def test_unblock(run: Run, make_work: MakeWork, reference: str) -> None:
    assert run("cases", "unblock", reference, *AT).exit_code == 1
    work = make_work("moselle")
    assert "case.unblocked" not in set(work.db.scalars(select(Event.name)))
    add_holder(work, "lef120034")
    work.db.commit()
    assert run("cases", "unblock", reference, *AT).exit_code == 0
    assert run("cases", "unblock", reference, *AT, "--identifier", "nobody").exit_code == 1
    work = make_work("moselle")
    assert mailed(work, MailKind.CASE_UNBLOCKED)[0] == "chloe@example.org"
    trail = str([(event.name, event.details) for event in work.db.scalars(select(Event))])
    assert "case.unblocked" in trail
    assert "chloe" not in trail


@pytest.mark.parametrize("command", [("show",), ("close",), ("unblock",), ("answer", "--text", "a")])
def test_no_such_case(run: Run, make_work: MakeWork, reference: str, command: tuple[str, ...]) -> None:
    name, *more = command
    for wrong in ("222-2222", "nonsense"):
        assert run("cases", name, wrong, *AT, *more).exit_code == 1
    assert run("cases", name, reference, "--landlord", "contrat", *more).exit_code == 1
    assert make_work("moselle").db.scalars(select(Case)).one().closed_at is None
