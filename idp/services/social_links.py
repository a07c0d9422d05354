"""Accounts here that are linked to accounts at other providers: found, linked, unlinked.

The key is what the provider names for good, issuer and subject. An address never is: nothing is ever linked by it.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError

from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.domain.refusals import Refusal
from idp.domain.social import Fault, Identity
from idp.models import Account, FirstConnection, SocialIdentity
from idp.services import accounts, audit, locks, mail_links, outbox
from idp.services.mail_links import Owner
from idp.services.work import Work


class _TakenError(Exception):
    """Takes back an account that cannot be linked."""


def find(work: Work, identity: Identity) -> SocialIdentity | None:
    """Find the link of somebody's account at a provider."""
    return work.db.scalar(
        select(SocialIdentity).where(
            SocialIdentity.landlord == work.landlord.slug,
            SocialIdentity.issuer == identity.issuer,
            SocialIdentity.subject == identity.subject,
        )
    )


def connect(work: Work, first: FirstConnection, provider: str, identity: Identity) -> Fault | None:
    """Note in a first connection whose account there is to be linked once the account here is open.

    An address that was confirmed for somebody else there, or for nobody, must be confirmed once more.

    Returns:
        why not, or None when it is noted.
    """
    first = locks.hold_first_connection(work, first.id)
    link, own = find(work, identity), accounts.of_holder(work, first.holder)
    if link is not None and (own is None or own.id != link.account_id):
        return Fault.TAKEN
    if first.completed_at is not None:
        return Fault.OVER
    first.social_provider, first.social_email = provider, identity.email
    if (first.social_issuer, first.social_subject) != (identity.issuer, identity.subject):
        first.social_issuer, first.social_subject = identity.issuer, identity.subject
        first.email = first.email_verified_at = None
        mail_links.supersede_all(work, Owner(first_connection_id=first.id))
    work.db.flush()
    return None


def is_ready(work: Work, first: FirstConnection) -> bool:
    """Tell whether a first connection can end with a link; one that was lost meanwhile is taken off it."""
    if first.social_subject is None:
        return False
    link = find(work, _identity_of(first))
    own = accounts.of_holder(work, first.holder)
    if link is None or (own is not None and own.id == link.account_id):
        return True
    first.social_provider = first.social_issuer = first.social_subject = first.social_email = None
    return False


def open_with(work: Work, first: FirstConnection, open_account: Callable[[], Account | None]) -> Account | None:
    """Open the account of a first connection and link it, both or neither.

    Args:
        work: the transaction.
        first: the first connection, with an account elsewhere that was ready a moment ago.
        open_account: opens the account, or finds that it cannot.

    Returns:
        the account; None where it was not opened, or the one elsewhere was linked to another in this very moment.
    """
    provider, identity = first.social_provider or "", _identity_of(first)
    try:
        with work.db.begin_nested():
            account = open_account()
            if account is not None and link(work, account, provider, identity, tell=False) is not None:
                raise _TakenError
            if account is not None:
                first.social_issuer = first.social_subject = first.social_email = None
            return account
    except _TakenError:
        return None


def link(work: Work, account: Account, provider: str, identity: Identity, *, tell: bool = True) -> Fault | None:
    """Link an account there to an account here, and tell its owner.

    Args:
        work: the transaction.
        account: of the person who is signed in, or has just opened it.
        provider: name of the provider.
        identity: whom it vouches for.
        tell: whether its owner gets a mail.

    Returns:
        why not, or None when it is linked, by this call or before.
    """
    locks.hold_account(work, account.id)
    known = find(work, identity)
    if known is not None:
        return None if known.account_id == account.id else Fault.TAKEN
    try:
        with work.db.begin_nested():
            work.db.add(
                SocialIdentity(
                    landlord=work.landlord.slug,
                    account_id=account.id,
                    provider=provider,
                    issuer=identity.issuer,
                    subject=identity.subject,
                    linked_at=work.now,
                )
            )
    except IntegrityError:  # linked elsewhere in the same moment, or this account has one of that provider
        return Fault.TAKEN
    audit.record(work, EventName.SOCIAL_LINKED, account_id=account.id, provider=provider)
    if tell:
        _tell(work, account, MailKind.SOCIAL_LINKED, provider)
    return None


def unlink(work: Work, account: Account, provider: str) -> Refusal | None:
    """Part an account from the one at a provider, and tell its owner.

    Returns:
        why not: it is the only way in; or None when there is no such link any more.
    """
    locks.hold_account(work, account.id)
    mine = (SocialIdentity.account_id == account.id) & (SocialIdentity.provider == provider)
    others = exists().where(SocialIdentity.account_id == account.id, SocialIdentity.provider != provider)
    if account.password is None and not work.db.scalar(select(others)):
        return Refusal.ONLY_WAY_IN
    if work.db.scalars(delete(SocialIdentity).where(mine).returning(SocialIdentity.id)).first() is not None:
        audit.record(work, EventName.SOCIAL_UNLINKED, account_id=account.id, provider=provider)
        _tell(work, account, MailKind.SOCIAL_UNLINKED, provider)
    return None


def of_account(work: Work, account: Account) -> Sequence[SocialIdentity]:
    """List what an account is linked to."""
    return work.db.scalars(
        select(SocialIdentity).where(SocialIdentity.account_id == account.id).order_by(SocialIdentity.id)
    ).all()


def _identity_of(first: FirstConnection) -> Identity:
    return Identity(first.social_issuer or "", first.social_subject or "", first.social_email)


def _tell(work: Work, account: Account, kind: MailKind, provider: str) -> None:
    if account.email is not None:
        named = (social.called(account.locale) for social in work.landlord.social if social.slug == provider)
        outbox.enqueue(work, kind, account.email, account.locale, {"provider": next(named, provider)})
