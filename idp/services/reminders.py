"""Reminds people of the day on which their password is to be renewed, each time once."""

from datetime import date
from typing import Any

from sqlalchemy import Row, exists, select

from idp.domain import renewal
from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.models import Account, Enrolment, Holder, Password, Reminder
from idp.services import audit, outbox, people
from idp.services.upsert import insert_into
from idp.services.work import Work

BATCH = 1000


def remind(work: Work, after: int) -> tuple[int | None, int]:
    """Queue the reminders that are due today to one batch of accounts; commit, and come again with what it returns.

    Args:
        work: the transaction.
        after: number of the last account that was looked at, 0 at first.

    Returns:
        where to go on, None at the end; and how many mails were queued.
    """
    calendar = work.landlord.renewal
    if calendar.mode == "off" or not calendar.reminders:
        return None, 0
    rows = _accounts(work, after)
    queued = sum(_remind_one(work, row) for row in rows)
    return (rows[-1].id if len(rows) == BATCH else None), queued


def _remind_one(work: Work, row: Row[*tuple[Any, ...]]) -> bool:
    calendar = work.landlord.renewal
    due_on = renewal.due_on(calendar, row.created_at.date(), row.set_at.date())
    days_left = (due_on - people.today(work)).days
    days = renewal.reminder_due(calendar.reminders, days_left)
    if days is None or not _is_first(work, row.id, due_on, days):
        return False
    context: dict[str, str | int] = {"due_on": due_on.isoformat(), "days": days_left}
    outbox.enqueue(work, MailKind.RENEWAL_REMINDER, row.email, row.locale, context)
    audit.record(work, EventName.RENEWAL_REMINDED, account_id=row.id, days=days_left)
    return True


def _is_first(work: Work, account_id: int, due_on: date, days: int) -> bool:
    """Note a reminder; False where this one was queued before, if only a moment ago by another worker."""
    values = {"account_id": account_id, "due_on": due_on, "days": days, "queued_at": work.now}
    noted = work.db.execute(
        insert_into(work, Reminder)
        .values(landlord=work.landlord.slug, **values)
        .on_conflict_do_nothing(index_elements=["account_id", "due_on", "days"])
        .returning(Reminder.id)
    )
    return noted.first() is not None


def _accounts(work: Work, after: int) -> list[Row[*tuple[Any, ...]]]:
    """Read accounts that may be used and have an address, in the order of their numbers."""
    enrolled = exists().where(
        Enrolment.account_id == Account.id, Enrolment.holder_id == Holder.id, people.lets_in(work)
    )
    found = (
        select(Account.id, Account.email, Account.locale, Account.created_at, Password.set_at)
        .join(Password, Password.account_id == Account.id)
        .where(
            Account.landlord == work.landlord.slug,
            Account.id > after,
            Account.closed_at.is_(None),
            Account.email.is_not(None),
            enrolled,
        )
        .order_by(Account.id)
        .limit(BATCH)
    )
    return list(work.db.execute(found))
