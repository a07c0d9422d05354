"""The end of a contract: who has none left loses their account, after the time the landlord leaves them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, exists, select, update

from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.models import Account, Enrolment, Holder, Identifier
from idp.services import (
    accounts,
    app_authorizations,
    audit,
    enrolments,
    locks,
    mail_links,
    outbox,
    people,
    second_factors,
    sessions,
)
from idp.services.mail_links import Owner
from idp.services.work import Work

BATCH = 100


def close_ended(work: Work) -> int:
    """Close one batch of the accounts that no contract lets in any more; commit, and come again while it is full.

    Returns:
        how many accounts were looked at.
    """
    due = select(Account.id).where(Account.landlord == work.landlord.slug, _is_over(work)).order_by(Account.id)
    ids = work.db.scalars(due.limit(BATCH)).all()
    for account_id in ids:
        close(work, account_id)
    return len(ids)


def close(work: Work, account_id: int) -> bool:
    """Close an account that no contract lets in: nothing that was opened with it works from then on.

    Its identifiers are free for others, its `sub` never is: the same person on the same contract opens it anew.

    Returns:
        whether this call did; an account that is closed already, or has a contract again, stays as it is.
    """
    locks.hold_account(work, account_id)
    closed = work.db.scalar(
        update(Account)
        .where(Account.id == account_id, _is_over(work))
        .values(closed_at=work.now, updated_at=work.now)
        .returning(Account)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    if closed is None:
        return False
    sessions.end_all_of_account(work, account_id)
    mail_links.supersede_all(work, Owner(account_id=account_id))
    app_authorizations.forget_all(work, account_id)
    accounts.unlink_all(work, account_id)
    second_factors.forget_all(work, account_id)
    work.db.execute(delete(Identifier).where(Identifier.account_id == account_id))
    audit.record(work, EventName.ACCOUNT_CLOSED, account_id=account_id)
    if closed.email is not None:
        outbox.enqueue(work, MailKind.ACCOUNT_CLOSED, closed.email, closed.locale)
    return True


def pass_on(work: Work, holder_ids: Sequence[int]) -> None:
    """Part accounts from holders whose place another person has now: there is no time left for these.

    Apps know contracts by their references, so nobody may go on for a while under one that means somebody else.
    """
    for account_id in enrolments.part(work, holder_ids):
        close(work, account_id)


def _is_over(work: Work) -> ColumnElement[bool]:
    through = exists().where(Enrolment.account_id == Account.id, Holder.id == Enrolment.holder_id)
    return Account.closed_at.is_(None) & ~through.where(people.lets_in(work))
