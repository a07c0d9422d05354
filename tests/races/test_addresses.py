"""One e-mail address that several accounts take at the same instant, where people sign in with theirs."""

import pytest
from sqlalchemy import select

from idp.domain.mails import MailKind
from idp.models import Identifier
from idp.services import accounts, email_change, mail_links
from idp.services.mail_links import Purpose
from tests.conftest import MakeWork
from tests.people import add_account, add_holder, newest_mail
from tests.races.together import together

WANTED = "chloe@example.org"
MANY = 8


def names(make_work: MakeWork) -> list[int]:
    """List the accounts that sign in with the address."""
    work = make_work("auvergne")
    found = list(work.db.scalars(select(Identifier.account_id).where(Identifier.value == WANTED)))
    work.db.close()
    return found


@pytest.mark.threat("T-22")
def test_an_address_confirmed_by_many_at_once_is_one_accounts(make_work: MakeWork) -> None:
    secrets = []
    for number in range(MANY):
        work = make_work("auvergne")
        account = add_account(work, add_holder(work), email=f"former-{number}@example.org")
        email_change.ask(work, account, WANTED)
        secrets.append(newest_mail(work, MailKind.CONFIRM_NEW_EMAIL)[1])
        work.db.commit()
        work.db.close()

    def confirm(number: int) -> bool:
        own = make_work("auvergne")
        link = mail_links.find(own, Purpose.CHANGE_EMAIL, secrets[number])
        assert link is not None
        done = email_change.confirm(own, link)
        own.db.commit()
        own.db.close()
        return done

    assert together(MANY, confirm).count(True) == 1
    assert len(names(make_work)) == 1


def test_accounts_opened_at_once_with_one_address_all_open_and_one_signs_in_with_it(make_work: MakeWork) -> None:
    work = make_work("auvergne")
    holders = [add_holder(work) for _ in range(MANY)]
    work.db.commit()

    def open_for(number: int) -> int:
        own = make_work("auvergne")
        holder = own.db.merge(holders[number])
        account = accounts.open_for(own, holder, WANTED, own.now, "a hash")
        own.db.commit()
        found = account.id
        own.db.close()
        return found

    opened = together(MANY, open_for)
    assert len(set(opened)) == MANY
    assert set(names(make_work)) < set(opened)
    assert len(names(make_work)) == 1
