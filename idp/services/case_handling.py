"""What the staff do with a case: look at it, answer, lift a block, close it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from idp.domain import names
from idp.domain.cases import typed_reference
from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.models import Case, Holder
from idp.services import audit, outbox, overview, people, registration
from idp.services.cases import Plea, plea_of
from idp.services.work import Work


def cases(work: Work, *, closed: bool = False) -> Sequence[Case]:
    """List the open cases, or all there are; the oldest first."""
    of_landlord = select(Case).where(Case.landlord == work.landlord.slug)
    wanted = of_landlord if closed else of_landlord.where(Case.closed_at.is_(None))
    return work.db.scalars(wanted.order_by(Case.opened_at, Case.id)).all()


def find(work: Work, typed: str) -> Case | None:
    """Find a case by its reference, however it is typed."""
    reference = typed_reference(typed)
    wanted = select(Case).where(Case.landlord == work.landlord.slug, Case.reference == (reference or ""))
    return work.db.scalar(wanted.with_for_update())


def compared(work: Work, plea: Plea) -> Mapping[str, bool]:
    """Compare what somebody wrote with the registry, for the staff alone.

    Returns:
        whether each detail is that of one and the same holder behind the identifier: the one that fits best.
    """
    reference = registration.reference_of(work, plea.identifier)
    known = select(Holder).where(
        Holder.landlord == work.landlord.slug, Holder.identifier == reference, people.still_there(work)
    )
    found = [
        {
            "identifier": True,
            "last_name": names.same(holder.last_name, plea.last_name),
            "first_name": names.same(holder.first_name, plea.first_name),
            **({"birth_date": holder.birth_date == plea.birth_date} if plea.birth_date else {}),
            **({"email": (holder.email or "").casefold() == plea.email.casefold()} if plea.email else {}),
        }
        for holder in work.db.scalars(known)
    ]
    return max(found, key=lambda one: sum(one.values()), default={"identifier": False})


def answer(work: Work, case: Case, text: str) -> bool:
    """Mail an answer to the person.

    Returns:
        whether there is an address to mail it to.
    """
    email = plea_of(work, case).email
    if not email:
        return False
    told = {"reference": case.reference, "text": text}
    outbox.enqueue(work, MailKind.CASE_ANSWERED, email, case.locale, told)
    case.answered_at = work.now
    audit.record(work, EventName.CASE_ANSWERED, case=case.reference, kind=case.kind)
    return True


def unblock(work: Work, case: Case, identifier: str | None = None) -> bool:
    """Lift the block of the identifier that the case names, or of another one, and tell the person.

    Returns:
        whether there is anybody with this identifier.
    """
    plea = plea_of(work, case)
    person = overview.unlock(work, identifier or plea.identifier)
    if person is None:
        return False
    outbox.enqueue(work, MailKind.CASE_UNBLOCKED, plea.email, case.locale, {"reference": case.reference})
    audit.record(
        work,
        EventName.CASE_UNBLOCKED,
        account_id=person.account.id if person.account else None,
        holder_id=person.holder.id if person.holder else None,
        case=case.reference,
    )
    return True


def close(work: Work, case: Case) -> None:
    """Close a case; what it holds is erased after the landlord's delay."""
    if case.closed_at is None:
        case.closed_at = work.now
        audit.record(work, EventName.CASE_CLOSED, case=case.reference, kind=case.kind)
