from datetime import timedelta

import pytest

from idp.models import Account
from idp.services.work import Work
from tests.cli.conftest import Run
from tests.people import add_account, add_holder


@pytest.mark.threat("T-19")
def test_accounts_without_a_contract_are_closed(run: Run, work: Work) -> None:
    for days in (30, 91, 92):
        holder = add_holder(work)
        add_account(work, holder)
        holder.until = work.now.date() - timedelta(days=days)
    work.db.commit()
    result = run("account", "close-ended")
    assert result.exit_code == 0
    assert "paris        2  closed" in result.output
    assert "moselle        0  closed" in result.output
    assert "paris        0  closed" in run("account", "close-ended", "--landlord", "paris").output
    work.db.expire_all()
    assert [account.closed_at is not None for account in work.db.query(Account).order_by(Account.id)] == [
        False,
        True,
        True,
    ]
