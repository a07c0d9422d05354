"""Another e-mail address for an account: confirmed by its mailbox, told to the former one, which may take it back."""

from datetime import timedelta

from idp.domain.events import EventName
from idp.domain.identifiers import canonical_email
from idp.domain.mails import MailKind
from idp.models import Account, MailLink
from idp.services import (
    accounts,
    app_authorizations,
    audit,
    devices,
    locks,
    mail_limits,
    mail_links,
    outbox,
    people,
    sessions,
    sign_in_names,
)
from idp.services.mail_links import Owner, Purpose
from idp.services.work import Work

TAKE_BACK_FOR = timedelta(hours=72)


def ask(work: Work, account: Account, email: str) -> None:
    """Mail a link to the new address, and tell the present one.

    Where somebody else signs in with the new address, its owner is told instead; the page is the same.

    Args:
        work: the transaction.
        account: of the person who is signed in and has just shown the password again.
        email: the new address.
    """
    valid_for = work.landlord.first_connection.link_valid_for
    owner = Owner(account_id=account.id)
    token = mail_links.create(work, Purpose.CHANGE_EMAIL, email, owner, valid_for=valid_for, journey=None)
    recipient = mail_limits.admitted(work, email)
    if _is_taken(work, account, email):
        outbox.enqueue(work, MailKind.ALREADY_REGISTERED, recipient, account.locale)
    else:
        outbox.enqueue(work, MailKind.CONFIRM_NEW_EMAIL, recipient, account.locale, {"token": token})
    if account.email:
        outbox.enqueue(work, MailKind.EMAIL_CHANGE_ASKED, account.email, account.locale)
    audit.record(work, EventName.EMAIL_CHANGE_ASKED, account_id=account.id)


def confirm(work: Work, link: MailLink) -> bool:
    """Put the new address in force; the former one gets a link to take it back.

    Returns:
        whether the address is in force, by this call or by an earlier one.
    """
    account = _held(work, link)
    if not mail_links.use(work, link):
        return account.email == link.email
    if account.closed_at is not None or not _signs_in_with(work, account, link.email):
        return False
    former = account.email
    _set_email(work, account, link.email)
    audit.record(work, EventName.EMAIL_CHANGED, account_id=account.id)
    if former:
        owner = Owner(account_id=account.id)
        token = mail_links.create(
            work, Purpose.KEEP_EMAIL, former, owner, valid_for=TAKE_BACK_FOR, journey=None, beside_others=True
        )
        outbox.enqueue(work, MailKind.EMAIL_CHANGED, former, account.locale, {"token": token})
    return True


def take_back(work: Work, link: MailLink) -> bool:
    """Put the former address in force again, and end every session: somebody else was in the account.

    The password and linked accounts elsewhere open nothing any more; a mail to the address that is in force again
    leads to a new password.

    Returns:
        whether this call did it; on an account that was closed meanwhile there is nothing to take back.
    """
    account = _held(work, link)
    if account.closed_at is not None or not mail_links.use(work, link):
        return False
    if not _signs_in_with(work, account, link.email):
        sign_in_names.drop_email(work, account.id)  # it is somebody else's by now, and stays theirs
    _set_email(work, account, link.email)
    accounts.drop_password(work, account)
    accounts.unlink_all(work, account.id)
    sessions.end_all_of_account(work, account.id)
    devices.forget_all(work, account.id)
    app_authorizations.forget_all(work, account.id)
    audit.record(work, EventName.EMAIL_TAKEN_BACK, account_id=account.id)
    token = mail_links.create(
        work,
        Purpose.RESET_PASSWORD,
        link.email,
        Owner(account_id=account.id, password_version=0),
        valid_for=work.landlord.recovery.link_valid_for,
        journey=None,
    )
    outbox.enqueue(work, MailKind.RESET_PASSWORD, link.email, account.locale, {"token": token})
    return True


def _held(work: Work, link: MailLink) -> Account:
    assert link.account_id is not None
    locks.hold_account(work, link.account_id)
    account = work.db.get_one(Account, link.account_id)
    work.db.refresh(account)
    return account


def _is_taken(work: Work, account: Account, email: str) -> bool:
    if people.EMAIL not in work.landlord.sign_in.by:
        return False
    other = people.with_identifier(work, people.EMAIL, canonical_email(email) or "")
    return other is not None and other.id != account.id


def _signs_in_with(work: Work, account: Account, email: str) -> bool:
    """Let the person sign in with the address where people do; it may be somebody else's."""
    value = canonical_email(email)
    if people.EMAIL not in work.landlord.sign_in.by or value is None:
        return True
    return sign_in_names.claim(work, account.id, people.EMAIL, value)


def _set_email(work: Work, account: Account, email: str) -> None:
    """Change the address, and end the links that were mailed to another one."""
    account.email, account.email_verified_at, account.updated_at = email, work.now, work.now
    mail_links.supersede_all(work, Owner(account_id=account.id))
