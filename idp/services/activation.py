"""The mail at the end of a registration, and what its link does."""

from enum import Enum

from sqlalchemy import select

from idp.domain.identifiers import canonical_email
from idp.domain.mails import MailKind
from idp.models import Account, FirstConnection, Holder, Identifier, MailLink
from idp.services import accounts, consents, letter_use, locks, mail_limits, mail_links, outbox, people, social_links
from idp.services.mail_links import Owner, Purpose
from idp.services.work import Work


class Activated(Enum):
    """What a link did."""

    OPENED = "opened"
    RECREATED = "recreated"
    BEFORE = "before"
    """It was used before: as good as now."""
    NOTHING = "nothing"
    """The registration is over, the contract has ended, or an account has been opened in another way."""


def send(work: Work, first: FirstConnection, journey: str | None) -> None:
    """Mail the link, or what else is due, to the one address it may go to; pages never tell which it was.

    Where the holder has no account, the link goes to the address given. Where there is one, the mail goes to the
    account's own address: a link for landlords who let people re-create their account, a warning for the others.
    """
    email = first.email or ""
    account = _standing(work, first)
    recreates = account is not None and _may_recreate(work, first, account)
    recipient = email if account is None else account.email or ""
    valid_for = work.landlord.first_connection.link_valid_for
    token = mail_links.create(
        work,
        Purpose.ACTIVATE,
        recipient,
        Owner(first_connection_id=first.id),
        valid_for=valid_for,
        journey=journey,
    )
    locale = account.locale if account is not None else work.origin.locale
    recipient = mail_limits.admitted(work, recipient)
    if account is None:
        outbox.enqueue(work, MailKind.ACTIVATE, recipient, locale, {"token": token})
    elif recreates:
        outbox.enqueue(work, MailKind.RECREATE, recipient, locale, {"token": token})
    else:
        outbox.enqueue(work, MailKind.ALREADY_REGISTERED, recipient, locale)


def activate(work: Work, link: MailLink) -> Activated:
    """Do what a link promises, once; it signs nobody in.

    Args:
        work: the transaction.
        link: as `mail_links.find` found it.
    """
    assert link.first_connection_id is not None
    first = locks.hold_first_connection(work, link.first_connection_id)
    if not mail_links.use(work, link):
        return Activated.BEFORE
    by_social = social_links.is_ready(work, first)
    if first.completed_at is not None or first.email is None or not (first.own_password_hash or by_social):
        return Activated.NOTHING
    if not people.is_still_there(work, first.holder):
        return Activated.NOTHING
    account = _standing(work, first)
    if account is None and first.email == link.email:
        opened = _opened(work, first, by_social=by_social)
        if opened is None:
            return Activated.NOTHING
        consents.record_of_first_connection(work, opened, first)
        return Activated.OPENED
    own_hash = first.own_password_hash
    if account is not None and account.email == link.email and own_hash and _may_recreate(work, first, account):
        accounts.set_password(work, account, own_hash)
        consents.record_of_first_connection(work, account, first)
        first.completed_at, first.own_password_hash = work.now, None
        outbox.enqueue(work, MailKind.PASSWORD_CHANGED, link.email, account.locale)
        letter_use.cancel_live(work, [first.holder_id])
        return Activated.RECREATED
    return Activated.NOTHING


def _opened(work: Work, first: FirstConnection, *, by_social: bool) -> Account | None:
    def open_account() -> Account:
        return accounts.open_for(work, first.holder, first.email or "", work.now, first.own_password_hash)

    return social_links.open_with(work, first, open_account) if by_social else open_account()


def is_over(work: Work, link: MailLink) -> bool:
    """Tell whether a link has expired whose registration still waits: a new one may be asked for."""
    first = work.db.get(FirstConnection, link.first_connection_id or 0)
    return first is not None and first.completed_at is None and link.expires_at <= work.now


def send_anew(work: Work, link: MailLink) -> None:
    """Mail a new link in place of one that has expired, to the same registration's address."""
    first = locks.hold_first_connection(work, link.first_connection_id or 0)
    owner = Owner(first_connection_id=first.id)
    rules = work.landlord.first_connection
    wait = mail_links.seconds_until_next(work, Purpose.ACTIVATE, owner, rules.resend_after)
    if wait == 0 and mail_links.made_today(work, Purpose.ACTIVATE, owner) < rules.mails_per_day:
        send(work, first, link.journey)


def is_anothers(work: Work, holder: Holder, email: str) -> bool:
    """Tell whether people sign in by e-mail here, and somebody else does so with this address."""
    if people.EMAIL not in work.landlord.sign_in.by:
        return False
    account = people.with_identifier(work, people.EMAIL, canonical_email(email) or "")
    own = accounts.of_holder(work, holder)
    return account is not None and (own is None or own.id != account.id)


def _standing(work: Work, first: FirstConnection) -> Account | None:
    """Find the account that stands in the way: the holder's, or one that signs in with the same identifier."""
    own = accounts.of_holder(work, first.holder)
    if own is not None:
        return None if own.closed_at is not None else own
    values = {people.REFERENCE: first.holder.identifier, people.EMAIL: canonical_email(first.email or "")}
    for kind in work.landlord.sign_in.by:
        taken = select(Account).join(Identifier, Identifier.account_id == Account.id)
        of_value = (Identifier.kind == kind) & (Identifier.value == values[kind])
        account = work.db.scalar(taken.where(Identifier.landlord == work.landlord.slug, of_value))
        if account is not None:
            return account
    return None


def _may_recreate(work: Work, first: FirstConnection, account: Account) -> bool:
    rules = work.landlord.registration
    own = accounts.of_holder(work, first.holder)
    chose = first.own_password_hash is not None
    return rules is not None and rules.recreates and chose and own is not None and own.id == account.id
