"""Settles a try: the person is in, may go on with the first connection, or is refused."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from idp.domain import provisional
from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.domain.refusals import Refusal
from idp.models import Base, FirstConnection, Holder
from idp.services import accounts, audit, breaker, first_connection, letter_use, lockout, outbox, trusted_browsers
from idp.services.attempt import Attempt, Kind, Verdict
from idp.services.prepared import Prepared
from idp.services.work import Work

SECONDS_A_MINUTE = 60
ACCOUNT, PASSWORD = (Base.metadata.tables[name] for name in ("account", "password"))
OF_ACCOUNT = PASSWORD.c.account_id == bindparam("account")
HOLD_HASH = Prepared(
    select(PASSWORD.c.hash)
    .select_from(ACCOUNT.join(PASSWORD, PASSWORD.c.account_id == ACCOUNT.c.id))
    .where(ACCOUNT.c.id == bindparam("account"), ACCOUNT.c.closed_at.is_(None))
    .with_for_update(key_share=True)
)
"""Whoever changes the password or closes the account comes before or after: it is held first, as in `locks`."""
REHASH = Prepared(update(PASSWORD).where(OF_ACCOUNT), ("hash",))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody may come in."""

    account_id: int


@dataclass(frozen=True, slots=True)
class FirstConnectionStarted:
    """The letter's code or the former password was right: the way to an account is open."""

    first: FirstConnection


@dataclass(frozen=True, slots=True)
class Refused:
    """The try leads nowhere, for a reason that tells a stranger nothing."""

    reason: Refusal


Outcome = SignedIn | FirstConnectionStarted | Refused


def settle(work: Work, attempt: Attempt, verdict: Verdict) -> Outcome:
    """Let the person in, or note the failure.

    Args:
        work: a new transaction.
        attempt: what `reserve` counted.
        verdict: what `verify` found.

    Returns:
        who signed in, the first connection that may go on, or the refusal.
    """
    if not verdict.right:
        return failed(work, attempt)
    if attempt.kind is Kind.PASSWORD:
        return _signed_in(work, attempt, verdict)
    claimed = attempt.person.holder
    holder = work.db.get(Holder, claimed.id) if claimed is not None else None
    if holder is None:
        return failed(work, attempt)
    first = first_connection.begin(work, holder, attempt.letter_id, attempt.secret, verdict.rehashed)
    if first is None:
        return failed(work, attempt)
    forget_tries(work, attempt)
    return FirstConnectionStarted(first)


def _signed_in(work: Work, attempt: Attempt, verdict: Verdict) -> Outcome:
    account = attempt.person.account
    if account is None or not _is_in_force(work, account.id, attempt.hashed):
        return failed(work, attempt)  # closed or changed while the password was being verified
    if not accounts.may_sign_in(work, account.id):
        return Refused(Refusal.CONTRACT_ENDED)
    if verdict.rehashed is not None:
        REHASH.run(work.db, {"account": account.id, "hash": verdict.rehashed})
    forget_tries(work, attempt)
    audit.record(work, EventName.SIGN_IN_SUCCEEDED, account_id=account.id)
    return SignedIn(account.id)


def _is_in_force(work: Work, account_id: int, hashed: str | None) -> bool:
    """Tell whether the hash is still the account's, and keep it so until the transaction ends."""
    found = HOLD_HASH.first(work.db, {"account": account_id})
    return found is not None and found.hash == hashed


def forget_tries(work: Work, attempt: Attempt) -> None:
    """Clear the person's own counter; from the network's take back this try only."""
    own, network = attempt.counted
    lockout.clear(work, own.name)
    lockout.take_back(work, network)
    letter_use.take_back_try(work, attempt.letter_id)


def failed(work: Work, attempt: Attempt) -> Refused:
    """Note a failure, with the same statements for every kind of person and of failure."""
    account, own = attempt.person.account, attempt.counted[0]
    reason = attempt.refusal or Refusal.WRONG_CREDENTIALS
    if provisional.typed_code(attempt.secret) is not None:
        breaker.count_failure(work)
    letter_use.note_burned(work, attempt.letter_id)
    if lockout.is_closed(work, own) and attempt.refusal is None:
        reason = Refusal.CLOSED
        minutes = int(own.rule.closed_for.total_seconds()) // SECONDS_A_MINUTE
        recipient, locale = (account.email or "", account.locale) if account else ("", work.origin.locale)
        trusted_browsers.forget_all(work, account.id if account else None)
        outbox.enqueue(work, MailKind.SIGN_IN_CLOSED, recipient, locale, {"minutes": minutes})
    event = EventName.SIGN_IN_REFUSED if attempt.refusal else EventName.SIGN_IN_FAILED
    audit.record(work, event, account_id=account.id if account else None, reason=reason)
    return Refused(reason)
