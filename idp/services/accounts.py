"""Opens accounts, changes their passwords, and decides whether one may sign in."""

from datetime import datetime

from sqlalchemy import delete, select

from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.domain.refusals import Refusal
from idp.models import Account, Enrolment, FirstConnection, Holder, Password, SocialIdentity
from idp.services import (
    app_authorizations,
    audit,
    devices,
    enrolments,
    letter_use,
    lockout,
    locks,
    mail_links,
    outbox,
    people,
    second_factors,
    sessions,
    trusted_browsers,
)
from idp.services.mail_links import Owner
from idp.services.vault import new_secret
from idp.services.work import Work


def may_sign_in(work: Work, account_id: int) -> bool:
    """Decide whether an account may be used: the one gate, whatever the way in.

    Refresh tokens pass it too, at the price of nothing: closing an account (`leaving`) revokes what they hang from.
    """
    return people.has_access(work, account_id)


def refusal(work: Work, account: Account) -> Refusal | None:
    """Decide whether somebody whom another provider vouches for may sign in: the gate, and the lock on the account.

    Passwords come through the same lock, where each try is counted before it (`attempt`).

    Returns:
        why not, or None.
    """
    if not may_sign_in(work, account.id):
        return Refusal.CONTRACT_ENDED
    return Refusal.CLOSED if lockout.is_closed(work, devices.counter(work, account.id)) else None


def of_holder(work: Work, holder: Holder) -> Account | None:
    """Find the account that a holder is enrolled in."""
    return work.db.scalar(
        select(Account).join(Enrolment, Enrolment.account_id == Account.id).where(Enrolment.holder_id == holder.id)
    )


def open_for(work: Work, holder: Holder, email: str, verified_at: datetime, password_hash: str | None) -> Account:
    """Open the account of a holder, or open the one they have anew: everything set before dies.

    Where their account has other contracts too, these stay there: this one moves to an account of its own.

    Args:
        work: the transaction; it makes the whole account or nothing.
        holder: who has proved; the row is locked, so that two proofs at once make one account.
        email: the verified address.
        verified_at: when it was verified.
        password_hash: hash of the own password; None for somebody whom another provider vouches for.

    Returns:
        the account.
    """
    locks.hold_holder(work, holder.id)
    account = _of_this_contract(work, holder)
    if account is not None:
        _evict(work, account, email, password_hash)
        account.email, account.email_verified_at, account.closed_at = email, verified_at, None
        enrolments.name(work, account, holder)
        _finish(work, account, holder, EventName.ACCOUNT_RECLAIMED)
        return account
    account = Account(
        landlord=work.landlord.slug,
        sub=new_secret(),
        email=email,
        email_verified_at=verified_at,
        locale=work.origin.locale,
        created_at=work.now,
        updated_at=work.now,
        password=_password(work, password_hash) if password_hash else None,
        enrolments=[Enrolment(landlord=work.landlord.slug, holder=holder, enrolled_at=work.now)],
    )
    work.db.add(account)
    work.db.flush()
    enrolments.name(work, account, holder)
    lockout.clear(work, f"holder:{holder.id}")
    _finish(work, account, holder, EventName.ACCOUNT_OPENED)
    return account


def set_password(work: Work, account: Account, password_hash: str | None) -> None:
    """Store a new password, or none; every session, grant and link that the old one opened dies."""
    locks.hold_account(work, account.id)
    if password_hash is None:
        drop_password(work, account)
    elif account.password is None:
        account.password = _password(work, password_hash)
    else:
        account.password.hash = password_hash
        account.password.set_at = work.now
        account.password.version += 1
    account.updated_at = work.now
    sessions.end_all_of_account(work, account.id)
    mail_links.supersede_all(work, Owner(account_id=account.id))
    lockout.clear_account(work, account.id)
    trusted_browsers.forget_all(work, account.id)
    if password_hash is not None:
        audit.record(work, EventName.PASSWORD_SET, account_id=account.id)


def drop_password(work: Work, account: Account) -> None:
    """Take the password away: it opens nothing any more."""
    if account.password is not None:
        work.db.delete(account.password)
        account.password = None


def unlink_all(work: Work, account_id: int) -> None:
    """Part an account from every other provider: whoever signs in there is a stranger now."""
    work.db.execute(delete(SocialIdentity).where(SocialIdentity.account_id == account_id))


def _evict(work: Work, account: Account, email: str, password_hash: str | None) -> None:
    """Take away everything that somebody set before on an account that a stronger proof opens anew."""
    set_password(work, account, password_hash)
    unlink_all(work, account.id)
    devices.forget_all(work, account.id)
    second_factors.forget_all(work, account.id)
    app_authorizations.forget_all(work, account.id)
    mail_links.supersede_all(work, Owner(account_id=account.id), but=())
    if account.email is not None and account.email != email:
        outbox.enqueue(work, MailKind.ACCOUNT_RECLAIMED, account.email, account.locale)


def _of_this_contract(work: Work, holder: Holder) -> Account | None:
    """Find the account of a holder; one with other contracts too lets this one go, and its owner is told."""
    account = of_holder(work, holder)
    if account is None or account.closed_at is not None:
        return account
    locks.hold_account(work, account.id)  # so that no contract is added meanwhile
    if not enrolments.is_one_of_several(work, holder):
        return account
    enrolments.part(work, [holder.id])
    audit.record(work, EventName.CONTRACT_MOVED, account_id=account.id, holder_id=holder.id)
    if account.email is not None:
        context = {"contract": holder.contract.reference}
        outbox.enqueue(work, MailKind.CONTRACT_MOVED, account.email, account.locale, context)
    return None


def close_other_ways(work: Work, holder: Holder) -> None:
    """Leave nothing open by which anybody else could still get an account for a holder who has one now."""
    letter_use.cancel_live(work, [holder.id])
    mail_links.supersede_all(work, Owner(holder_id=holder.id))
    open_ones = select(FirstConnection).where(
        FirstConnection.holder_id == holder.id, FirstConnection.completed_at.is_(None)
    )
    for first in work.db.scalars(open_ones):
        first.completed_at = work.now
        first.own_password_hash = None


def _finish(work: Work, account: Account, holder: Holder, event: EventName) -> None:
    """Finish a first connection, and tell the person."""
    close_other_ways(work, holder)
    audit.record(work, event, account_id=account.id, holder_id=holder.id)
    assert account.email is not None
    outbox.enqueue(work, MailKind.ACCOUNT_OPENED, account.email, account.locale)


def _password(work: Work, password_hash: str) -> Password:
    return Password(landlord=work.landlord.slug, hash=password_hash, set_at=work.now, version=1)
