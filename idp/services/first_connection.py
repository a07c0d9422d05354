"""From proof to account: the e-mail address, its confirmation, the own password."""

from enum import StrEnum

from sqlalchemy import select, update

from idp.domain.events import EventName
from idp.domain.journey import FirstConnectionFacts
from idp.domain.mails import MailKind
from idp.models import Account, BrowserSession, FirstConnection, Holder, MailLink
from idp.services import (
    accounts,
    activation,
    audit,
    consents,
    letter_use,
    locks,
    mail_limits,
    mail_links,
    new_password,
    outbox,
    people,
    registration_progress,
    social_links,
)
from idp.services.mail_links import Owner, Purpose
from idp.services.work import Work


class Proof(StrEnum):
    """How the holder proved."""

    LETTER = "letter"
    LEGACY = "legacy"
    REGISTRY = "registry"


def begin(
    work: Work, holder: Holder, letter_id: int | None, secret: str, own_hash: str | None
) -> FirstConnection | None:
    """Begin the first connection of a holder who has proved, or continue it where it stands.

    Args:
        work: the transaction.
        holder: who has proved.
        letter_id: the letter, for a proof by letter; None for a former password.
        secret: the former password, to see whether it fits the landlord's rules.
        own_hash: its new hash.

    Returns:
        the first connection; None for a former password once a letter has opened the way, for the weaker proof
        must not walk in behind the stronger one.
    """
    locks.hold_holder(work, holder.id)
    first = open_one(work, holder)
    if first is not None and letter_id is None and first.provisional_password_id is not None:
        return None
    if first is not None and first.provisional_password_id != letter_id:
        _evict(work, first)
        first = None
    if first is None:
        first = FirstConnection(
            landlord=work.landlord.slug,
            holder=holder,
            proof=Proof.LETTER if letter_id is not None else Proof.LEGACY,
            provisional_password_id=letter_id,
            started_at=work.now,
        )
        work.db.add(first)
        work.db.flush()
        audit.record(work, EventName.FIRST_CONNECTION_STARTED, holder_id=holder.id, proof=first.proof)
    if letter_id is None:
        fits = not new_password.judge(work, secret, [holder], holder.email)
        first.own_password_hash = own_hash if fits else None
    return first


def facts(work: Work, first: FirstConnection) -> FirstConnectionFacts:
    """Tell how far a first connection has come."""
    return FirstConnectionFacts(
        email_given=first.email is not None,
        email_verified=first.email_verified_at is not None,
        password_due=first.own_password_hash is None and first.social_subject is None,
        registration_due=first.proof == Proof.REGISTRY and registration_progress.next_page(work, first) is not None,
    )


def give_email(work: Work, first: FirstConnection, email: str, journey: str | None) -> bool:
    """Take the address that is to be confirmed, and mail the link there.

    An address other than the registry's is told to the registry's, so that nobody takes a letter's place unseen.

    Returns:
        whether it was taken; False when too many mails were asked for today.
    """
    locks.hold_first_connection(work, first.id)
    if _mails_used_up(work, first):
        return False
    if first.email != email:
        first.email_verified_at = None
        registration_progress.give_email(work, first, email)
    if first.email_verified_at is None:
        _send_link(work, first, email, journey)
    return True


def send_first(work: Work, first: FirstConnection, journey: str | None) -> None:
    """Mail the link at the end of a registration."""
    _send_link(work, first, first.email or "", journey)


def send_again(work: Work, first: FirstConnection, journey: str | None) -> bool:
    """Mail the link again, unless the last one left a moment ago.

    Returns:
        whether a mail is on its way.
    """
    locks.hold_first_connection(work, first.id)
    if first.email is None or seconds_until_next_mail(work, first) > 0 or _mails_used_up(work, first):
        return False
    _send_link(work, first, first.email, journey)
    return True


def seconds_until_next_mail(work: Work, first: FirstConnection) -> int:
    """Tell how many seconds to wait before the mail can be sent again."""
    owner = Owner(first_connection_id=first.id)
    wait = work.landlord.first_connection.resend_after
    return mail_links.seconds_until_next(work, _purpose(first), owner, wait)


def confirm(work: Work, link: MailLink) -> None:
    """Confirm the address of a link; confirming it twice is as good as once."""
    assert link.first_connection_id is not None
    first = locks.hold_first_connection(work, link.first_connection_id)
    if mail_links.use(work, link) and first.email == link.email and first.email_verified_at is None:
        first.email_verified_at = work.now
        audit.record(work, EventName.EMAIL_VERIFIED, holder_id=first.holder_id)


def complete(work: Work, first: FirstConnection, password_hash: str | None = None) -> Account | None:
    """Open the account, once everything is there.

    Args:
        work: the transaction.
        first: the first connection.
        password_hash: hash of the new password; None where the former one goes on, or another provider vouches.

    Returns:
        the account; None where something is missing, where it was done or undone meanwhile, or where the contract
        has ended.
    """
    locks.hold_first_connection(work, first.id)
    own_hash = password_hash or first.own_password_hash
    by_social = social_links.is_ready(work, first)
    if first.email is None or first.email_verified_at is None or (own_hash is None and not by_social):
        return None
    if not people.is_still_there(work, first.holder):
        return None

    def open_account() -> Account | None:
        return _opened(work, first, own_hash)

    account = social_links.open_with(work, first, open_account) if by_social else open_account()
    if account is not None:
        consents.record_of_first_connection(work, account, first)
    return account


def _opened(work: Work, first: FirstConnection, own_hash: str | None) -> Account | None:
    """Claim the one end of a first connection, use its letter up, and open the account."""
    email, verified_at = first.email, first.email_verified_at
    claimed = work.db.execute(
        update(FirstConnection)
        .where(FirstConnection.id == first.id, FirstConnection.completed_at.is_(None))
        .values(completed_at=work.now, own_password_hash=None)
        .returning(FirstConnection.id)
    ).first()
    letter_id = first.provisional_password_id
    if claimed is None or (letter_id is not None and not letter_use.use_up(work, letter_id)):
        return None
    assert email is not None
    assert verified_at is not None
    return accounts.open_for(work, first.holder, email, verified_at, own_hash)


def open_one(work: Work, holder: Holder) -> FirstConnection | None:
    """Find the first connection by letter or former password; registrations are for anybody to begin."""
    return work.db.scalar(
        select(FirstConnection).where(
            FirstConnection.holder_id == holder.id,
            FirstConnection.completed_at.is_(None),
            FirstConnection.proof != Proof.REGISTRY,
        )
    )


def _evict(work: Work, first: FirstConnection) -> None:
    """End a first connection that another letter has overtaken, with its sessions and links."""
    first.completed_at = work.now
    first.own_password_hash = None
    mail_links.supersede_all(work, Owner(first_connection_id=first.id))
    work.db.execute(
        update(BrowserSession).where(BrowserSession.first_connection_id == first.id).values(ended_at=work.now)
    )
    work.db.flush()


def _mails_used_up(work: Work, first: FirstConnection) -> bool:
    made = mail_links.made_today(work, _purpose(first), Owner(first_connection_id=first.id))
    return made >= work.landlord.first_connection.mails_per_day


def _purpose(first: FirstConnection) -> Purpose:
    return Purpose.ACTIVATE if first.proof == Proof.REGISTRY else Purpose.CONFIRM_EMAIL


def _send_link(work: Work, first: FirstConnection, email: str, journey: str | None) -> None:
    if first.proof == Proof.REGISTRY:
        activation.send(work, first, journey)
        return
    owner = Owner(first_connection_id=first.id)
    valid_for = work.landlord.first_connection.link_valid_for
    token = mail_links.create(work, Purpose.CONFIRM_EMAIL, email, owner, valid_for=valid_for, journey=journey)
    recipient = mail_limits.admitted(work, email)
    if activation.is_anothers(work, first.holder, email):
        outbox.enqueue(work, MailKind.ALREADY_REGISTERED, recipient, work.origin.locale)
    else:
        outbox.enqueue(work, MailKind.CONFIRM_EMAIL, recipient, work.origin.locale, {"token": token})
