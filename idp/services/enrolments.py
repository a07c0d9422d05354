"""Which holders an account stands for, and what it is therefore called by at the sign-in."""

from collections.abc import Sequence

from sqlalchemy import delete, exists, select

from idp.domain.identifiers import canonical_email
from idp.models import Account, Enrolment, Holder, Identifier
from idp.services import lockout, people, sign_in_names
from idp.services.work import Work


def add(work: Work, account: Account, holder: Holder) -> None:
    """Enrol one more holder in an account; whoever calls holds both and knows that the holder is free."""
    enrolment = Enrolment(
        landlord=work.landlord.slug, account_id=account.id, holder_id=holder.id, enrolled_at=work.now
    )
    work.db.add(enrolment)
    work.db.flush()
    name(work, account, holder)
    lockout.clear(work, f"holder:{holder.id}")


def is_one_of_several(work: Work, holder: Holder) -> bool:
    """Tell whether a holder shares an account with another holder."""
    mine = select(Enrolment.account_id).where(Enrolment.holder_id == holder.id).scalar_subquery()
    others = select(Enrolment.id).where(Enrolment.account_id == mine, Enrolment.holder_id != holder.id)
    return work.db.execute(others.limit(1)).first() is not None


def part(work: Work, holder_ids: Sequence[int]) -> list[int]:
    """Part holders from their accounts, which are no longer called by their references.

    Returns:
        the accounts, in the order of their rows.
    """
    parted = delete(Enrolment).where(Enrolment.holder_id.in_(holder_ids)).returning(Enrolment.account_id)
    account_ids = sorted(set(work.db.scalars(parted)))
    theirs = select(Holder.identifier).where(Holder.id.in_(holder_ids))
    kept = (
        exists()
        .where(Enrolment.account_id == Identifier.account_id, Holder.id == Enrolment.holder_id)
        .where(Holder.identifier == Identifier.value)
    )
    work.db.execute(
        delete(Identifier)
        .where(Identifier.account_id.in_(account_ids), Identifier.kind == people.REFERENCE)
        .where(Identifier.value.in_(theirs), ~kept)
        .execution_options(synchronize_session=False)
    )
    return account_ids


def name(work: Work, account: Account, holder: Holder) -> None:
    """Let the person sign in with what the landlord chose; what is another account's stays with it."""
    values = {people.REFERENCE: holder.identifier, people.EMAIL: canonical_email(account.email or "")}
    for kind in work.landlord.sign_in.by:
        value = values[kind]
        if value is not None:
            sign_in_names.claim(work, account.id, kind, value)
