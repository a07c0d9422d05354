import json

import pytest

from idp.domain.app_access import Topic
from idp.services import app_authorizations
from tests.cli.conftest import Run
from tests.conftest import MakeWork
from tests.people import add_account, add_holder

WHO = ("7000801", "--landlord", "paris")


@pytest.fixture
def allowed(make_work: MakeWork) -> None:
    """Somebody who allowed one app something, and somebody who has no account yet."""
    work = make_work()
    account = add_account(work, add_holder(work, "7000801"))
    app_authorizations.give(work, account.id, "watts", (Topic.EMAIL, Topic.OFFLINE))
    add_holder(work, "7000802")
    work.db.commit()
    work.db.close()


@pytest.mark.usefixtures("allowed")
def test_the_staff_see_and_withdraw_what_somebody_allowed(run: Run) -> None:
    assert run("authorizations", "list", *WHO).output == "watts  since 2026-11-02  email offline_access\n"
    assert json.loads(run("authorizations", "list", *WHO, "--json").output) == [
        {"app": "watts", "since": "2026-11-02", "gets": ["email", "offline_access"]}
    ]
    assert run("authorizations", "withdraw", WHO[0], "watts", *WHO[1:]).exit_code == 0
    assert run("authorizations", "list", *WHO).output == "no app is allowed anything\n"
    again = run("authorizations", "withdraw", WHO[0], "watts", *WHO[1:])
    assert (again.exit_code, "not allowed anything" in again.output) == (1, True)


@pytest.mark.usefixtures("allowed")
def test_who_has_no_account_allowed_nothing_and_nobody_is_nobody(run: Run) -> None:
    assert run("authorizations", "list", "7000802", *WHO[1:]).output == "no app is allowed anything\n"
    assert run("authorizations", "list", "7000803", *WHO[1:]).exit_code == 1
