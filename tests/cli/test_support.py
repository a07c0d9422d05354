import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from idp.cli.logouts import expire_all
from idp.domain.cases import Kind
from idp.domain.mails import MailKind
from idp.models import Account, SupportAccess
from idp.services import cases, sessions, support, support_record, support_use
from idp.services.cases import Plea
from idp.services.work import Work
from tests.cli.conftest import Run
from tests.conftest import HandClock, MakeWork
from tests.people import add_account, add_holder, mailed

AT = ("--landlord", "moselle")
WHO = ("--adviser", "Camille Durand", "--reason", "Votre avis de juin")
TITLE = "LEF120034"


@pytest.fixture(autouse=True)
def account(make_work: MakeWork) -> Account:
    work = make_work("moselle")
    account = add_account(work, add_holder(work, TITLE.lower()))
    work.db.commit()
    return account


def opening(make_work: MakeWork) -> Any:
    """Open works as the worker does."""

    @contextmanager
    def open_work(slug: str) -> Iterator[Work]:
        work = make_work(slug)
        yield work
        work.db.commit()

    return open_work


def asked(run: Run, *who: str) -> dict[str, str]:
    result = run("support", "request", *AT, *who, *WHO, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, str] = json.loads(result.output)
    return found


@pytest.mark.journey("moselle-8")
def test_request_tells_the_person_and_shows_the_code_once(run: Run, make_work: MakeWork) -> None:
    result = run("support", "request", *AT, "--account", TITLE, *WHO)
    reference, code, answer_by = (
        line.split(maxsplit=1)[1] for line in result.output.replace("answer by", "by").splitlines()
    )
    assert (len(code), answer_by) == (43, "2026-11-03 09:00 UTC")
    work = make_work("moselle")
    assert mailed(work, MailKind.SUPPORT_REQUESTED)[1]["reference"] == reference
    work.db.rollback()
    for more in ((), ("--all",), ("--json",)):
        shown = run("support", "list", *AT, *more).output
        assert reference in shown
        assert code not in shown
    assert "another request waits" in run("support", "request", *AT, "--account", TITLE, *WHO).output


def test_request_for_a_case(run: Run, make_work: MakeWork) -> None:
    work = make_work("moselle")
    plea = Plea(Kind.WRONG_DATA, "Lefèvre", "Chloé", "Bonjour", TITLE, email="chloe@example.org")
    reference = cases.open_case(work, plea) or ""
    nobodys = cases.open_case(work, Plea(Kind.OTHER, "Petit", "Luc", "Bonjour", email="luc@example.org")) or ""
    work.db.commit()
    asked(run, "--case", reference.lower())
    work = make_work("moselle")
    assert work.db.scalars(select(SupportAccess.case_reference)).one() == reference
    work.db.rollback()
    for wrong in ("222-2222", nobodys):
        assert run("support", "request", *AT, "--case", wrong, *WHO).exit_code == 1


def test_list_and_end(run: Run, make_work: MakeWork, clock: HandClock) -> None:
    assert "nothing waits or runs" in run("support", "list", *AT).output
    first = asked(run, "--account", TITLE)
    assert run("support", "end", first["reference"].lower(), *AT).output == "ended\n"
    assert run("support", "end", first["reference"], *AT).exit_code == 1
    assert run("support", "end", "nonsense", *AT).exit_code == 1
    clock.forward(seconds=1)
    second = asked(run, "--account", TITLE)
    work = make_work("moselle")
    account = work.db.scalars(select(Account)).one()
    session = sessions.find(work, sessions.start(work, account.id, ["pwd"], None))
    access = support_record.find(work, second["reference"])
    assert session is not None
    assert access is not None
    support.accept(work, access, session, work.landlord.support.durations[0])
    support_use.look(work, "desk", second["code"])
    work.db.commit()
    (running,) = json.loads(run("support", "list", *AT, "--json").output)
    assert (running["state"], running["looks"], running["ends"]) == ("running", 1, "2026-11-02 09:15")
    assert [row["state"] for row in json.loads(run("support", "list", *AT, "--all", "--json").output)] == [
        "running",
        "withdrawn",
    ]
    clock.forward(minutes=15)
    expire_all(["moselle"], opening(make_work))
    work = make_work("moselle")
    access = support_record.find(work, second["reference"])
    assert access is not None
    assert access.closed_by == "time"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--account", TITLE, "--case", "222-2222"),
        ("--account", TITLE, "--adviser", " "),
        ("--account", TITLE, "--reason", "x" * 301),
        ("--account", TITLE, "--reason", "\x1b[2J"),
    ],
)
def test_what_cannot_be_asked(run: Run, words: tuple[str, ...]) -> None:
    assert run("support", "request", *AT, *WHO, *words).exit_code == 2


def test_nobody_to_ask_and_nobody_to_look(run: Run) -> None:
    assert "nobody with an account" in run("support", "request", *AT, "--account", "NOBODY", *WHO).output
    other = run("support", "request", "--landlord", "auvergne", "--account", "1", *WHO)
    assert (other.exit_code, "support = true" in other.output) == (1, True)
    assert "support = true" in run("support", "request", *AT, "--account", TITLE, "--app", "portal", *WHO).output
