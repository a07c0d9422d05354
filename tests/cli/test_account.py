import json

import pytest
from sqlalchemy import select

from idp.domain.events import EventName
from idp.models import BrowserSession, Event
from idp.services import audit, lockout, people, sessions
from idp.services.lockout import Subject
from idp.services.work import Work
from tests.authenticator import add_second_factor
from tests.cli.conftest import Run
from tests.conftest import HandClock, MakeWork
from tests.people import add_account, add_holder, add_letter, mailed

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


@pytest.mark.usefixtures("locked")
def test_a_lost_second_factor_is_taken_away(run: Run, make_work: MakeWork) -> None:
    words = ("account", "reset-second-factor", IDENTIFIER, "--landlord", "paris")
    assert run(*words).exit_code == 1  # there is none yet
    work = make_work()
    account = people.find(work, IDENTIFIER).account
    assert account is not None
    add_second_factor(work, account)
    sessions.start(work, account.id, ["pwd", "otp", "mfa"], None)
    work.db.commit()
    shown = json.loads(run("account", "show", IDENTIFIER, "--landlord", "paris", "--json").output)
    since = "2026-11-02 09:00 UTC"
    assert shown["second_factor"] == {"kind": "totp", "since": since, "recovery_codes_left": 10}
    assert run(*words).exit_code == 0
    shown = json.loads(run("account", "show", IDENTIFIER, "--landlord", "paris", "--json").output)
    assert shown["second_factor"] is None
    assert "second_factor.reset" in shown["event"][-1]
    work = make_work()
    assert mailed(work)[0] == EMAIL
    assert work.db.scalars(select(BrowserSession.ended_at)).one() is not None
    work.db.rollback()
    assert run("account", "reset-second-factor", "0000000", "--landlord", "paris").exit_code == 1


@pytest.mark.usefixtures("locked")
def test_unlock_forgets_wrong_codes_too(run: Run, make_work: MakeWork) -> None:
    work = make_work()
    account = people.find(work, IDENTIFIER).account
    assert account is not None
    lockout.close(work, Subject(f"factor:{account.id}", work.landlord.second_factor.tries))
    work.db.commit()
    shown = json.loads(run("account", "show", IDENTIFIER, "--landlord", "paris", "--json").output)
    assert "after the first factor" in [tries["from"] for tries in shown["wrong_tries"]]
    run("account", "unlock", IDENTIFIER, "--landlord", "paris")
    shown = json.loads(run("account", "show", IDENTIFIER, "--landlord", "paris", "--json").output)
    assert shown["wrong_tries"] == []
