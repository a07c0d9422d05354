"""A further contract of somebody who is signed in: proved as the landlord proves, and added to their account."""

from dataclasses import replace

from sqlalchemy import select

from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.domain.proof import Given
from idp.domain.refusals import Refusal
from idp.models import BrowserSession, Holder
from idp.services import (
    accounts,
    attempt,
    audit,
    enrolments,
    first_connection,
    letter_use,
    locks,
    login,
    outbox,
    people,
    registration,
)
from idp.services.attempt import Attempt, Kind, SecondFact, Verdict
from idp.services.work import Work

NO_PROOFS = (Kind.PASSWORD, Kind.NOTHING)
"""The password of an account proves nothing about a contract."""


def prove(work: Work, session: BrowserSession, given: Given) -> Refusal | None:
    """Add the contract that the facts prove, counted as at the registration.

    Somebody who has an account already is found no more than somebody whom the registry does not know.

    Args:
        work: the transaction; it is to be committed with a refusal as well.
        session: of the person who is signed in.
        given: what was typed, by field.

    Returns:
        why not, or None.
    """
    proved = registration.prove(work, given, without_account=True)
    if isinstance(proved, registration.Refused):
        return _said(proved.reason)
    return None if _add(work, session, proved) else Refusal.NOT_PROVED


def reserve(work: Work, identifier: str, secret: str, second_fact: SecondFact | None) -> Attempt:
    """Count a try with a letter or a former password, as the first connection does; nothing else proves here.

    Args:
        work: the transaction; commit it before `attempt.verify`.
        identifier: of the other contract, as typed.
        secret: code of its letter, or former password, as typed.
        second_fact: what was given beside it, where the page asked.
    """
    counted = attempt.reserve(work, identifier, secret, second_fact)
    return replace(counted, kind=Kind.NOTHING, hashed=None) if counted.kind in NO_PROOFS else counted


def settle(work: Work, session: BrowserSession, counted: Attempt, verdict: Verdict) -> Refusal | None:
    """Add the contract of a letter or a former password and use the letter up, or note the failure.

    Args:
        work: a new transaction.
        session: of the person who is signed in.
        counted: what `reserve` counted.
        verdict: what `attempt.verify` found.

    Returns:
        why not, or None.
    """
    claimed = counted.person.holder
    holder = work.db.get(Holder, claimed.id) if claimed is not None else None
    is_proved = verdict.right and counted.kind is not Kind.NOTHING and holder is not None
    if holder is None or not is_proved or not _add(work, session, holder, counted):
        return _said(login.failed(work, counted).reason)
    return None


def _said(reason: Refusal) -> Refusal:
    """Choose the words of a proof that is closed for a while: there is neither account nor password to ask for."""
    return Refusal.WAIT if reason in {Refusal.BLOCKED, Refusal.CLOSED} else reason


def _add(work: Work, session: BrowserSession, holder: Holder, counted: Attempt | None = None) -> bool:
    """Enrol a holder who is still there and in no account, once, whoever else proves at the same moment.

    The session is looked at once more: an account that was opened anew meanwhile is somebody else's.
    """
    account = session.account
    assert account is not None
    locks.hold_holder(work, holder.id)
    locks.hold_account(work, account.id)
    if work.db.execute(select(BrowserSession.ended_at).where(BrowserSession.id == session.id)).scalar_one():
        return False
    if accounts.of_holder(work, holder) is not None or not people.is_still_there(work, holder):
        return False
    if counted is not None and not _takes(work, holder, counted):
        return False
    enrolments.add(work, account, holder)
    accounts.close_other_ways(work, holder)
    account.updated_at = work.now
    audit.record(work, EventName.CONTRACT_ADDED, account_id=account.id, holder_id=holder.id)
    if account.email is not None:
        context = {"contract": holder.contract.reference}
        outbox.enqueue(work, MailKind.CONTRACT_ADDED, account.email, account.locale, context)
    return True


def _takes(work: Work, holder: Holder, counted: Attempt) -> bool:
    """Use the letter up; a former password must not walk in behind a letter that has opened the way.

    The counters come before the letter, as where a try is counted, so that no two tries block each other.
    """
    login.forget_tries(work, counted)
    if counted.letter_id is not None:
        return letter_use.use_up(work, counted.letter_id)
    first = first_connection.open_one(work, holder)
    return first is None or first.provisional_password_id is None
