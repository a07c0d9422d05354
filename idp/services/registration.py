"""Registration: facts of the registry prove who somebody is, and open the way to an account or to a new password."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from idp.domain import civil, proof
from idp.domain.civil import Civil
from idp.domain.conditions import met
from idp.domain.events import EventName
from idp.domain.identifiers import canonical
from idp.domain.mails import MailKind
from idp.domain.proof import Given
from idp.domain.refusals import Refusal
from idp.models import Enrolment, FirstConnection, Holder
from idp.services import accounts, audit, lockout, outbox, people
from idp.services.first_connection import Proof
from idp.services.lockout import Subject
from idp.services.work import Work
from idp.settings.registration import Registration


@dataclass(frozen=True, slots=True)
class Refused:
    """The facts prove nothing, or too many tries have failed."""

    reason: Refusal


def recipe(work: Work) -> Registration:
    """Return the landlord's recipe; its pages do not exist without one."""
    found = work.landlord.registration
    assert found is not None
    return found


def prove(
    work: Work, given: Given, person: Civil | None = None, *, without_account: bool = False
) -> Holder | Refused:
    """Find the holder whom what was typed proves, and count the try.

    Everything happens under the lock of the reference's counter, so tries made at the same time wait for each
    other. A stranger's failure takes the same statements whatever the reference is.

    Args:
        work: the transaction; it is to be committed with a refusal as well.
        given: what was typed, by field.
        person: who it is, where a public identity service says so; names and birth date were not typed then.
        without_account: whether only holders who never had an account are found.

    Returns:
        the holder; or the refusal.
    """
    reference = reference_of(work, str(given.get("identifier") or ""))
    subjects = _subjects(work, reference)
    if not lockout.reserve(work, subjects):
        audit.record(work, EventName.PROOF_REFUSED)
        return Refused(Refusal.BLOCKED)
    candidates = _candidates(work, reference, without_account=without_account)
    holder = next((one for one in candidates if _is_proved(work, one, given, person)), None)
    if holder is None:
        return _failed(work, reference)
    if lockout.is_closed(work, lockout.held(work, reference)) and accounts.of_holder(work, holder) is None:
        audit.record(work, EventName.PROOF_REFUSED, holder_id=holder.id)
        return Refused(Refusal.BLOCKED)
    own, network = subjects
    lockout.clear(work, own.name)
    lockout.take_back(work, network)
    return holder


def begin(work: Work, holder: Holder) -> FirstConnection:
    """Begin the registration of a holder who has proved; others that are open stand beside it."""
    first = FirstConnection(
        landlord=work.landlord.slug, holder=holder, proof=Proof.REGISTRY, started_at=work.now, answers={}
    )
    work.db.add(first)
    work.db.flush()
    audit.record(work, EventName.FIRST_CONNECTION_STARTED, holder_id=holder.id, proof=first.proof)
    return first


def count_weak_password(work: Work, first: FirstConnection) -> Refused | None:
    """Count a new password that breaks the rules, where the landlord counts it as a failed registration.

    Returns:
        the block, when this failure was the last one allowed.
    """
    if not work.landlord.ladder.weak_passwords_count:
        return None
    reference = first.holder.identifier
    if not lockout.reserve(work, [lockout.proof(work, reference)]):
        return Refused(Refusal.BLOCKED)
    refused = _failed(work, reference)
    return refused if refused.reason is Refusal.BLOCKED else None


def lift(work: Work, typed: str) -> None:
    """Lift the block of a reference, as staff do."""
    reference = reference_of(work, typed)
    for subject in (lockout.proof(work, reference), lockout.held(work, reference)):
        lockout.clear(work, subject.name)


def reference_of(work: Work, typed: str) -> str:
    """Read an identifier as the one name under which its failed proofs are counted."""
    return canonical(work.landlord.sign_in.identifier, typed) or typed.strip().casefold()


def known_of(holder: Holder) -> Mapping[str, object]:
    """Gather what the registry knows of a holder, by the names that a recipe uses."""
    fields = ("identifier", "last_name", "first_name", "birth_date", "phone")
    return {**holder.facts, **{name: getattr(holder, name) for name in fields}}


def _failed(work: Work, reference: str) -> Refused:
    """Note a failed proof; the last one allowed closes all that the reference leads to."""
    audit.record(work, EventName.PROOF_FAILED)
    if not lockout.is_closed(work, lockout.proof(work, reference)):
        return Refused(Refusal.NOT_PROVED)
    person = people.find(work, reference)
    lockout.close(work, lockout.person(work, person.subject))
    by_staff = work.landlord.ladder.without_account == "assistance"
    lockout.close(work, lockout.held(work, reference if by_staff and person.account is None else ""))
    recipient, locale = (person.account.email or "", person.account.locale) if person.account else ("", "fr")
    minutes = int(work.landlord.ladder.person.closed_for.total_seconds()) // 60
    outbox.enqueue(work, MailKind.SIGN_IN_CLOSED, recipient, locale, {"minutes": minutes})
    return Refused(Refusal.BLOCKED)


def _subjects(work: Work, reference: str) -> tuple[Subject, Subject]:
    return lockout.proof(work, reference), lockout.network(work)


def _candidates(work: Work, reference: str, *, without_account: bool) -> list[Holder]:
    found = (
        select(Holder)
        .where(Holder.landlord == work.landlord.slug, Holder.identifier == reference, people.still_there(work))
        .options(joinedload(Holder.contract))
        .order_by(Holder.id)
    )
    if without_account:
        found = found.where(~exists().where(Enrolment.holder_id == Holder.id))
    return list(work.db.scalars(found))


def _is_proved(work: Work, holder: Holder, given: Given, person: Civil | None) -> bool:
    rules, known = recipe(work), known_of(holder)
    if not met(rules.may_enrol, people.values_of(holder)):
        return False
    if person is None:
        return proof.proves(rules, known, given)
    if rules.vouched is None or not civil.fits(rules.vouched, rules.first_names, known, person):
        return False
    return proof.proves(rules.model_copy(update={"asks": rules.secrets}), known, given)
