"""« Mot de passe oublié »: a link to the verified address, or to the one the registry holds."""

from dataclasses import dataclass

from idp.domain.conditions import met
from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.domain.passwords import Rule
from idp.models import Account, Holder, MailLink
from idp.services import accounts, audit, locks, mail_links, new_password, outbox, people
from idp.services.mail_links import Owner, Purpose
from idp.services.work import Work


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a recovery mail goes, if anywhere."""

    owner: Owner
    email: str
    locale: str


def ask(work: Work, identifier: str, journey: str | None) -> None:
    """Mail a link to whoever is behind an identifier, if an address is known.

    For nobody, for a person without address and for one who asked too often the same rows are written, addressed
    to nobody, so that the time tells nothing.

    Args:
        work: the transaction.
        identifier: as typed.
        journey: reference of the pending authorization request, for the browser that asked.
    """
    recipient = _recipient(work, identifier)
    rules = work.landlord.recovery
    wait = mail_links.seconds_until_next(work, Purpose.RESET_PASSWORD, recipient.owner, rules.resend_after)
    made = mail_links.made_today(work, Purpose.RESET_PASSWORD, recipient.owner)
    if wait > 0 or made >= rules.per_day:
        recipient = Recipient(Owner(), "", recipient.locale)
    token = mail_links.create(
        work,
        Purpose.RESET_PASSWORD,
        recipient.email,
        recipient.owner,
        valid_for=rules.link_valid_for,
        journey=journey,
    )
    outbox.enqueue(work, MailKind.RESET_PASSWORD, recipient.email, recipient.locale, {"token": token})
    audit.record(
        work,
        EventName.RECOVERY_ASKED,
        account_id=recipient.owner.account_id,
        holder_id=recipient.owner.holder_id,
    )


def find(work: Work, token: str | None) -> MailLink | None:
    """Find a link that can still be used: its owner has neither changed password nor address since."""
    link = mail_links.find(work, Purpose.RESET_PASSWORD, token)
    if link is None or link.used_at is not None:
        return None
    if link.account_id is not None:
        account = work.db.get_one(Account, link.account_id)
        version = account.password.version if account.password else 0
        fresh = account.email == link.email and version == link.password_version
        return link if fresh and accounts.may_sign_in(work, account.id) else None
    holder = work.db.get(Holder, link.holder_id) if link.holder_id is not None else None
    if holder is None or holder.email != link.email:
        return None
    own = accounts.of_holder(work, holder)
    taken = own is not None and own.closed_at is None
    return link if not taken and people.is_still_there(work, holder) else None


def judge(work: Work, link: MailLink, password: str) -> set[Rule]:
    """Find the rules that the new password of a link's owner breaks."""
    return new_password.judge(work, password, _holders(work, link), link.email)


def store(work: Work, link: MailLink, password_hash: str) -> bool:
    """Store the new password; a holder without account gets one, for the registry's address is theirs.

    Returns:
        whether it was stored; False where the link was used meanwhile.
    """
    if link.account_id is not None:
        locks.hold_account(work, link.account_id)
    elif link.holder_id is not None:
        locks.hold_holder(work, link.holder_id)
    if not mail_links.use(work, link):
        return False
    if link.account_id is not None:
        account = work.db.get_one(Account, link.account_id)
        accounts.set_password(work, account, password_hash)
        outbox.enqueue(work, MailKind.PASSWORD_CHANGED, link.email, account.locale)
    else:
        holder = work.db.get_one(Holder, link.holder_id)
        accounts.open_for(work, holder, link.email, work.now, password_hash)
    return True


def _recipient(work: Work, identifier: str) -> Recipient:
    person = people.find(work, identifier)
    account, holder = person.account, person.holder
    has_access = people.has_access(work, account.id if account else None)
    if account is not None and account.email is not None and has_access:
        version = account.password.version if account.password else 0
        return Recipient(Owner(account_id=account.id, password_version=version), account.email, account.locale)
    if account is None and holder is not None and holder.email and _may_open(work, holder):
        return Recipient(Owner(holder_id=holder.id), holder.email, work.origin.locale)
    return Recipient(Owner(), "", work.origin.locale)


def _may_open(work: Work, holder: Holder) -> bool:
    """Tell whether the registry's address may open an account by this way, for people who sign in by reference."""
    rules = work.landlord.registration
    may_enrol = rules is None or met(rules.may_enrol, people.values_of(holder))
    return may_enrol and people.REFERENCE in work.landlord.sign_in.by


def _holders(work: Work, link: MailLink) -> list[Holder]:
    if link.account_id is not None:
        return people.holders(work, work.db.get_one(Account, link.account_id))
    return [work.db.get_one(Holder, link.holder_id)]
