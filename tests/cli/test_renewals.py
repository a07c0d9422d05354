import json

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from idp.domain.mails import MailKind
from idp.models import Mail
from idp.services import reminders
from tests.cli.conftest import Run
from tests.conftest import HandClock, MakeWork
from tests.people import add_account, add_holder


@pytest.fixture
def three_accounts(make_work: MakeWork, clock: HandClock) -> None:
    """Three people whose password is to be renewed in a week."""
    work = make_work("moselle")
    for number in range(3):
        add_account(work, add_holder(work, f"abc00000{number}"), email=f"person-{number}@example.org")
    work.db.commit()
    work.db.close()
    clock.forward(days=358)


def queued(engine: Engine) -> int:
    with Session(engine) as db:
        found = select(func.count()).select_from(Mail).where(Mail.kind == MailKind.RENEWAL_REMINDER)
        return db.scalar(found) or 0


@pytest.mark.journey("moselle-7")
@pytest.mark.usefixtures("three_accounts")
def test_the_command_queues_each_reminder_once(run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "BATCH", 2)
    assert "Reminders queued: 3" in run("renewals", "remind", "--landlord", "moselle").output
    assert json.loads(run("renewals", "remind", "--landlord", "moselle", "--json").output) == {"queued": 0}
    assert queued(engine) == 3


def test_a_landlord_who_renews_nothing_reminds_nobody(run: Run, engine: Engine) -> None:
    assert "Reminders queued: 0" in run("renewals", "remind", "--landlord", "paris").output
    assert queued(engine) == 0
