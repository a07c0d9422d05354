import json

import pytest
from sqlalchemy import select

from idp.domain.events import EventName
from idp.models import Event
from idp.services import audit, lockout, people
from idp.services.work import Work
from tests.cli.conftest import Run
from tests.conftest import HandClock, MakeWork
from tests.people import add_account, add_holder, add_letter

IDENTIFIER = "7000042"
EMAIL = "chloe@example.org"


@pytest.fixture
def locked(make_work: MakeWork) -> None:
    """Somebody with an account who has used up their tries."""
    work = make_work()
    with work.db.begin():
        add_account(work, add_holder(work, IDENTIFIER), email=EMAIL)
        fail(work)


def fail(work: Work) -> None:
    subject = lockout.person(work, people.find(work, IDENTIFIER).subject)
    while lockout.reserve(work, [subject]):
        pass


@pytest.mark.usefixtures("locked")
def test_show_tells_where_somebody_stands(run: Run) -> None:
    shown = json.loads(run("account", "show", IDENTIFIER, "--landlord", "paris", "--json").output)
    assert shown["state"] == "account open"
    assert shown["holder"][0]["contract"] == f"LOT-{IDENTIFIER}"
    (tries,) = shown["wrong_tries"]
    assert (tries["in_a_row"], tries["closed"], tries["opens"]) == (3, True, "2026-11-02 09:10 UTC")
    assert "account.opened" in shown["event"][-1]


@pytest.mark.usefixtures("locked")
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_show_masks_names_and_addresses(run: Run, more: tuple[str, ...]) -> None:
    output = run("account", "show", IDENTIFIER, "--landlord", "paris", *more).output
    assert "c•••••@example.org" in output
    for personal in (EMAIL, "LEFÈVRE", "Chloé", "registre@", "1987"):
        assert personal not in output


def test_show_before_there_is_an_account(run: Run, make_work: MakeWork) -> None:
    work = make_work()
    with work.db.begin():
        add_letter(work, add_holder(work, IDENTIFIER))
    output = run("account", "show", "70 00 042", "--landlord", "paris").output
    assert "no account yet" in output
    assert "code good" in output


@pytest.mark.parametrize("command", ["show", "unlock"])
def test_nobody_is_told_in_words(run: Run, work: Work, command: str) -> None:
    result = run("account", command, "1234567", "--landlord", "paris")
    assert result.exit_code == 1
    assert "nobody with this identifier" in result.output
    assert work.db.scalars(select(Event)).all() == []


@pytest.mark.usefixtures("locked")
def test_unlock_opens_the_way_and_is_recorded(run: Run, make_work: MakeWork, clock: HandClock) -> None:
    assert run("account", "unlock", IDENTIFIER, "--landlord", "paris").exit_code == 0
    work = make_work()
    subject = lockout.person(work, people.find(work, IDENTIFIER).subject)
    assert not lockout.is_closed(work, subject)
    event = work.db.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    assert (event.name, event.network) == ("account.unlocked", "console")
    assert event.account_id is not None


def test_unlock_before_there_is_an_account(run: Run, make_work: MakeWork) -> None:
    work = make_work()
    with work.db.begin():
        add_letter(work, add_holder(work, IDENTIFIER))
        fail(work)
    assert run("account", "unlock", IDENTIFIER, "--landlord", "paris").exit_code == 0
    work = make_work()
    assert not lockout.is_closed(work, lockout.person(work, people.find(work, IDENTIFIER).subject))


def test_show_tells_nothing_of_anybody_else(run: Run, make_work: MakeWork) -> None:
    work = make_work()
    with work.db.begin():
        audit.record(work, EventName.REGISTRY_IMPORTED)
        audit.record(work, EventName.SIGN_IN_SUCCEEDED, account_id=add_account(work, add_holder(work)).id)
        audit.record(work, EventName.LETTER_USED, holder_id=add_holder(work, IDENTIFIER).id)
    shown = json.loads(run("account", "show", IDENTIFIER, "--landlord", "paris", "--json").output)
    assert [line.split()[3] for line in shown["event"]] == ["letter.used"]
