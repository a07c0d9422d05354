"""Gathers what there is about one person, for whoever helps them on the telephone."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from idp.domain.events import EventName
from idp.models import Account, Event, FailureCounter, FirstConnection, Holder, ProvisionalPassword, SecondFactor
from idp.services import (
    audit,
    factor_tries,
    lockout,
    people,
    recovery_codes,
    registration,
    second_factors,
    trail,
)
from idp.services.people import Person
from idp.services.work import Work

EVENTS = 20


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is about one person.

    Attributes:
        account: the account, if there is one.
        holders: the holders it is for; without an account, the holder of the identifier.
        first_connection: the one that is under way, if there is one.
        letter: the newest letter, if any was sent.
        second_factor: the second factor of the account, if there is one.
        recovery_codes: how many recovery codes are still good.
        counters: wrong tries that are counted at present.
        events: the newest events, the oldest first.
    """

    account: Account | None
    holders: Sequence[Holder]
    first_connection: FirstConnection | None
    letter: ProvisionalPassword | None
    second_factor: SecondFactor | None
    recovery_codes: int
    counters: Sequence[FailureCounter]
    events: Sequence[Event]


def overview(work: Work, typed: str) -> Overview | None:
    """Gather what there is about the person behind an identifier; None when there is nobody."""
    person = people.find(work, typed)
    if person.account is None and person.holder is None:
        return None
    holders = people.holders(work, person.account) if person.account else [h for h in [person.holder] if h]
    ids = [holder.id for holder in holders]
    return Overview(
        person.account,
        holders,
        _first_connection(work, ids),
        _letter(work, ids),
        second_factors.find(work, person.account.id) if person.account else None,
        recovery_codes.left(work, person.account.id) if person.account else 0,
        _counters(work, person),
        trail.of_person(work, person.account.id if person.account else None, ids, EVENTS),
    )


def unlock(work: Work, typed: str) -> Person | None:
    """Forget the wrong tries of the person behind an identifier, and lift the block; None when there is nobody.

    Those that were counted for a network stay: they are not this person's.
    """
    person = people.find(work, typed)
    if person.account is None and person.holder is None:
        return None
    if person.account is not None:
        lockout.clear_account(work, person.account.id)
        factor_tries.clear_account(work, person.account.id)
    lockout.clear(work, person.subject)
    registration.lift(work, typed)
    audit.record(
        work,
        EventName.ACCOUNT_UNLOCKED,
        account_id=person.account.id if person.account else None,
        holder_id=person.holder.id if person.holder else None,
    )
    return person


def reset_second_factor(work: Work, typed: str) -> bool | None:
    """Take away the second factor of somebody who has lost it; None when there is nobody, False without one."""
    account = people.find(work, typed).account
    return None if account is None else second_factors.reset(work, account)


def _first_connection(work: Work, holder_ids: Sequence[int]) -> FirstConnection | None:
    """Find the newest one that is open: registrations may be several."""
    open_ones = select(FirstConnection).where(
        FirstConnection.landlord == work.landlord.slug,
        FirstConnection.holder_id.in_(holder_ids),
        FirstConnection.completed_at.is_(None),
    )
    return work.db.scalar(open_ones.order_by(FirstConnection.id.desc()).limit(1))


def _letter(work: Work, holder_ids: Sequence[int]) -> ProvisionalPassword | None:
    letter = ProvisionalPassword
    sent = select(letter).where(letter.landlord == work.landlord.slug, letter.holder_id.in_(holder_ids))
    return work.db.scalar(sent.order_by(letter.issued_at.desc(), letter.id.desc()).limit(1))


def _counters(work: Work, person: Person) -> Sequence[FailureCounter]:
    mine = FailureCounter.subject == person.subject
    if person.account is not None:
        counter, number = FailureCounter.subject, person.account.id
        of_browsers = (f"device:{number}:", f"{factor_tries.ACCOUNT}:{number}:")
        mine = or_(mine, *(counter.startswith(beginning, autoescape=True) for beginning in of_browsers))
        mine = or_(mine, counter == f"{factor_tries.ACCOUNT}:{number}")
    counted = select(FailureCounter).where(FailureCounter.landlord == work.landlord.slug, mine)
    return work.db.scalars(counted.order_by(FailureCounter.id)).all()
