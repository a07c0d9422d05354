"""A try at the second factor: counted for the account and for the session, then looked at, in one transaction.

No password is hashed meanwhile, so the account may be held all the while: tries at the same moment take turns.
"""

from datetime import timedelta

from idp.domain.events import EventName
from idp.domain.ladder import Limit
from idp.domain.mails import MailKind
from idp.domain.refusals import Refusal
from idp.models import Account, BrowserSession
from idp.services import audit, devices, lockout, locks, outbox, recovery_codes, second_factors, trusted_browsers
from idp.services.lockout import Subject
from idp.services.work import Work

ACCOUNT = "factor"
SESSION = "factor-session"
IN_A_SESSION = Limit(tries=5, window=timedelta(days=1), closed_for=timedelta(days=1))
"""After that the first factor is to be shown again."""
SECONDS_A_MINUTE = 60


def show_code(work: Work, session: BrowserSession, account: Account, typed: str) -> Refusal | None:
    """Try a code of the authenticator app.

    Args:
        work: the transaction; it is to be committed with a refusal too.
        session: the session that has shown the first factor, or is to be more sure of its person.
        account: whose it is.
        typed: as typed.

    Returns:
        why not, or None.
    """
    subjects = _reserved(work, session, account)
    if subjects is None:
        return _refused(work, account)
    if not second_factors.accept(work, account.id, typed):
        return _failed(work, account, subjects)
    _forget(work, subjects)
    audit.record(work, EventName.SECOND_FACTOR_SHOWN, account_id=account.id, kind=second_factors.TOTP)
    return None


def show_recovery_code(work: Work, session: BrowserSession, account: Account, typed: str) -> Refusal | None:
    """Try a recovery code, as `show_code` does; its owner is told by mail, and how many are left."""
    subjects = _reserved(work, session, account)
    if subjects is None:
        return _refused(work, account)
    has_one = second_factors.find(work, account.id) is not None
    if not has_one or not recovery_codes.use(work, account.id, typed):
        return _failed(work, account, subjects)
    _forget(work, subjects)
    left = recovery_codes.left(work, account.id)
    audit.record(work, EventName.RECOVERY_CODE_USED, account_id=account.id, left=left)
    if account.email is not None:
        outbox.enqueue(work, MailKind.RECOVERY_CODE_USED, account.email, account.locale, {"left": left})
    return None


def is_used_up(work: Work, session: BrowserSession) -> bool:
    """Tell whether a session has had all its tries."""
    return lockout.is_closed(work, _of_session(session))


def clear_account(work: Work, account_id: int) -> None:
    """Forget the wrong codes of an account in every browser."""
    lockout.clear(work, f"{ACCOUNT}:{account_id}")
    lockout.clear_all(work, f"{ACCOUNT}:{account_id}:")


def _reserved(work: Work, session: BrowserSession, account: Account) -> tuple[Subject, Subject] | None:
    locks.hold_account(work, account.id)
    subjects = (_own(work, account.id), _of_session(session))
    return subjects if lockout.reserve(work, subjects) else None


def _own(work: Work, account_id: int) -> Subject:
    """Count in a browser that the account knows for itself: nobody else can use these tries up."""
    device_hash = devices.known(work, account_id)
    name = f"{ACCOUNT}:{account_id}" + (f":{device_hash}" if device_hash else "")
    return Subject(name, work.landlord.second_factor.tries)


def _of_session(session: BrowserSession) -> Subject:
    return Subject(f"{SESSION}:{session.id}", IN_A_SESSION)


def _forget(work: Work, subjects: tuple[Subject, Subject]) -> None:
    for subject in subjects:
        lockout.clear(work, subject.name)


def _refused(work: Work, account: Account) -> Refusal:
    audit.record(work, EventName.SECOND_FACTOR_FAILED, account_id=account.id, reason=Refusal.CODES_CLOSED.value)
    return Refusal.CODES_CLOSED


def _failed(work: Work, account: Account, subjects: tuple[Subject, Subject]) -> Refusal:
    """Note a wrong code; the one that closes the account is no longer trusted anywhere, and its owner is told."""
    own, of_session = subjects
    if not lockout.is_closed(work, own):
        reason = Refusal.CODES_CLOSED if lockout.is_closed(work, of_session) else Refusal.WRONG_CODE
        audit.record(work, EventName.SECOND_FACTOR_FAILED, account_id=account.id, reason=reason.value)
        return reason
    trusted_browsers.forget_all(work, account.id)
    if account.email is not None:
        minutes = int(own.rule.closed_for.total_seconds()) // SECONDS_A_MINUTE
        outbox.enqueue(work, MailKind.CODES_CLOSED, account.email, account.locale, {"minutes": minutes})
    return _refused(work, account)
