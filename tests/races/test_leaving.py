"""An account closes once, however many workers find it at the same moment."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from idp.domain.mails import MailKind
from idp.models import Mail
from idp.services import leaving
from tests.conftest import MakeWork
from tests.people import add_account, add_holder
from tests.races.together import together


@pytest.mark.postgres
@pytest.mark.threat("T-19")
def test_one_mail_for_one_closing(make_work: MakeWork, engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer")
    work = make_work()
    holder = add_holder(work)
    account = add_account(work, holder)
    holder.until = work.now.date() - timedelta(days=91)
    work.db.commit()

    def close(_: int) -> bool:
        mine = make_work()
        closed = leaving.close(mine, account.id)
        mine.db.commit()
        return closed

    assert sorted(together(10, close)) == [False] * 9 + [True]
    assert work.db.scalar(select(func.count()).where(Mail.kind == MailKind.ACCOUNT_CLOSED)) == 1
