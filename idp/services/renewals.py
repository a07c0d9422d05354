"""The new password that some landlords ask for on a date; it locks nobody out."""

from datetime import date

from idp.domain import proof, renewal
from idp.domain.identifiers import canonical
from idp.domain.mails import MailKind
from idp.domain.passwords import Rule
from idp.domain.proof import Given
from idp.models import Account, Holder
from idp.services import accounts, locks, new_password, outbox, people, registration
from idp.services.live_sessions import LiveSession
from idp.services.work import Work

POSTPONED = "renewal"


def is_due(work: Work, session: LiveSession) -> bool:
    """Tell whether the person of a session must choose a new password now; « later » holds for the session.

    Args:
        work: the transaction; where the landlord renews nothing, nothing is read.
        session: a signed-in session.
    """
    mode = work.landlord.renewal.mode
    if mode == "off" or session.account is None or (mode == "invite" and POSTPONED in session.postponed):
        return False
    due = due_on(work, session.account)
    return due is not None and due <= people.today(work)


def due_on(work: Work, account: Account) -> date | None:
    """Find the day on which an account's password is due; there is none without a password."""
    if account.password is None:
        return None
    return renewal.due_on(work.landlord.renewal, account.created_at.date(), account.password.set_at.date())


def judge(work: Work, account: Account, password: str, present: str) -> set[Rule]:
    """Find the rules that a new password breaks, to differ from the present one among them."""
    return new_password.judge(work, password, people.holders(work, account), account.email, present)


def proves_again(work: Work, account: Account, given: Given) -> bool:
    """Tell whether the facts that were typed are those of the account's person, on one of their contracts."""
    recipe = registration.recipe(work)
    reference = canonical(work.landlord.sign_in.identifier, str(given.get("identifier") or ""))
    return any(
        holder.identifier == reference and proof.proves(recipe, registration.known_of(holder), given)
        for holder in people.holders(work, account)
    )


def renew(work: Work, account: Account, version: int, password_hash: str) -> bool:
    """Put the new password in force; all that the former one opened dies, and the owner is told.

    Args:
        work: the transaction.
        account: whose password it is.
        version: version of the password that was verified.
        password_hash: hash of the new one.

    Returns:
        whether it is in force; False where the password was changed meanwhile.
    """
    locks.hold_account(work, account.id)
    work.db.refresh(account.password)
    if account.password is None or account.password.version != version:
        return False
    accounts.set_password(work, account, password_hash)
    if account.email is not None:
        outbox.enqueue(work, MailKind.PASSWORD_CHANGED, account.email, account.locale)
    return True


def username(work: Work, account: Account) -> str | None:
    """Find what the browser's password manager keeps the password for: what the person signs in with."""
    if people.REFERENCE not in work.landlord.sign_in.by:
        return account.email
    first: Holder | None = next(iter(people.holders(work, account)), None)
    return first.identifier if first else account.email
