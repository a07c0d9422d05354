"""Writes what people agreed to for the back office, as a table that a spreadsheet opens (see `letter_file`)."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from idp.domain.conditions import met
from idp.domain.spreadsheets import guarded
from idp.models import Consent, Contract, Enrolment, Holder
from idp.services import people
from idp.services.letter_file import ENCODING
from idp.services.work import Work

HEADER = (
    "contract",
    "identifier",
    "last_name",
    "first_name",
    "consent",
    "version",
    "answer",
    "answered_at",
    "channel",
)
BATCH = 1000


def consents_as_csv(work: Work, since: datetime | None, *, history: bool) -> tuple[bytes, int]:
    """Write answers as CSV (RFC 4180), one row for each contract of the person.

    Args:
        work: the transaction.
        since: only answers given then or later.
        history: every answer ever given, instead of the newest one to each question whose condition the contract
            meets, of people who are still there.

    Returns:
        the file, and how many rows it has.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=work.landlord.letters.separator, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    count = 0
    for answer, holder in _answers(work, since, history=history):
        if history or _applies(work, answer, holder):
            writer.writerow([guarded(value) for value in _row(answer, holder)])
            count += 1
    return text.getvalue().encode(ENCODING), count


def _answers(work: Work, since: datetime | None, *, history: bool) -> Iterator[tuple[Consent, Holder]]:
    """Read answers in batches, each beside the holders of its account, the oldest first."""
    asked = _asked(work, since, history=history)
    last = (0, 0)
    while True:
        after = (Consent.id > last[0]) | ((Consent.id == last[0]) & (Holder.id > last[1]))
        rows = work.db.execute(asked.where(after).limit(BATCH)).all()
        for row in rows:
            yield row.Consent, row.Holder
        if len(rows) < BATCH:
            return
        last = (rows[-1].Consent.id, rows[-1].Holder.id)
        work.db.expunge_all()


def _asked(work: Work, since: datetime | None, *, history: bool) -> Select[Consent, Holder]:
    asked = (
        select(Consent, Holder)
        .join(Enrolment, Enrolment.account_id == Consent.account_id)
        .join(Holder, Holder.id == Enrolment.holder_id)
        .join(Contract, Contract.id == Holder.contract_id)
        .options(contains_eager(Holder.contract))
        .where(Consent.landlord == work.landlord.slug)
        .order_by(Consent.id, Holder.id)
    )
    if since is not None:
        asked = asked.where(Consent.answered_at >= since)
    if history:
        return asked
    newest = select(func.max(Consent.id)).where(Consent.landlord == work.landlord.slug)
    return asked.where(Consent.id.in_(newest.group_by(Consent.account_id, Consent.name)), people.still_there(work))


def _applies(work: Work, answer: Consent, holder: Holder) -> bool:
    conditions = {question.name: question.only_if for question in work.landlord.consents}
    return met(conditions.get(answer.name, {}), people.values_of(holder))


def _row(answer: Consent, holder: Holder) -> tuple[str, ...]:
    return (
        holder.contract.reference,
        holder.identifier,
        holder.last_name,
        holder.first_name,
        answer.name,
        answer.version,
        "yes" if answer.answer else "no",
        answer.answered_at.isoformat(),
        answer.channel,
    )
