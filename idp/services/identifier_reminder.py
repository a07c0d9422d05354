"""« Identifiant oublié »: the identifier goes by mail to whoever reads the person's mailbox, and to nobody else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from idp.domain import names, proof
from idp.domain.events import EventName
from idp.domain.identifiers import canonical_email
from idp.domain.ladder import Limit
from idp.domain.mails import MailKind
from idp.domain.proof import Given
from idp.domain.refusals import Refusal
from idp.models import Account, Enrolment, Holder, Identifier
from idp.services import audit, lockout, outbox, people
from idp.services.lockout import Subject
from idp.services.registration import known_of
from idp.services.work import Work
from idp.settings.registration import Asked

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Recipe:
    """What proves who somebody is who does not know their identifier."""

    asks: tuple[Asked, ...] = tuple(Asked(field=field) for field in ("last_name", "first_name", "birth_date"))
    first_names: Literal["all", "any"] = "any"
    typos: int = 0


@dataclass(frozen=True, slots=True)
class _Reminder:
    """An identifier, and the address it may be sent to."""

    identifier: str
    email: str
    locale: str


def by_email(work: Work, typed: str) -> None:
    """Mail the identifiers that belong to an address to that address, as it is stored.

    For an address that belongs to nobody, or that was asked about too often, the same rows are written, addressed to
    nobody, so that the time tells nothing.
    """
    wanted = canonical_email(typed) or ""
    _send(work, wanted, [found for found in _of_address(work, wanted) if canonical_email(found.email) == wanted])
    audit.record(work, EventName.IDENTIFIER_ASKED, by="email")


def by_proof(work: Work, last_name: str, first_name: str, birth_date: date) -> list[str] | Refusal:
    """Find the identifiers of a person by name and date of birth, and mail them to the address that is known.

    The try is counted before anything is compared: for the names, whoever has them, and for the network.

    Returns:
        the identifiers; or why there are none, without a word about which detail is wrong.
    """
    spelled = f"{names.folded(last_name)}|{names.folded(first_name)}"
    own = Subject(f"names:{work.vault.mac('names', spelled)}", work.landlord.ladder.proof)
    network = lockout.network(work)
    if not lockout.reserve(work, [own, network]):
        audit.record(work, EventName.PROOF_REFUSED)
        return Refusal.WAIT
    given: Given = {"last_name": last_name, "first_name": first_name, "birth_date": birth_date}
    proved = [holder for holder in _born_on(work, birth_date) if proof.proves(_Recipe(), known_of(holder), given)]
    if not proved:
        audit.record(work, EventName.PROOF_FAILED)
        return Refusal.NOT_PROVED
    lockout.clear(work, own.name)
    lockout.take_back(work, network)
    for email, found in _by_address(_reminder(work, holder) for holder in proved).items():
        _send(work, email, found)
    audit.record(work, EventName.IDENTIFIER_ASKED, by="proof")
    return sorted({holder.identifier for holder in proved})


def _send(work: Work, address: str, reminders: Iterable[_Reminder]) -> None:
    """Mail identifiers to one address, unless it has had its mails."""
    may = lockout.reserve(work, _limits(work, address))
    found = list(reminders) if may else []
    first = found[0] if found else _Reminder("", "", work.origin.locale)
    identifiers = ", ".join(sorted({one.identifier for one in found}))
    outbox.enqueue(work, MailKind.IDENTIFIER_REMINDER, first.email, first.locale, {"identifiers": identifiers})


def _limits(work: Work, address: str) -> list[Subject]:
    rules = work.landlord.recovery
    name = work.vault.mac("reminder", address)
    often = Limit(1, rules.resend_after, rules.resend_after)
    daily = Limit(rules.per_day, DAY, DAY)
    return [Subject(f"reminder:{name}", often), Subject(f"reminders:{name}", daily)]


def _of_address(work: Work, address: str) -> list[_Reminder]:
    """Find what belongs to an address: by the account's own, or by the registry's where there is no account.

    Databases fold letters in ways of their own; what they find is compared once more by whoever calls.
    """
    of_accounts = (
        select(Identifier.value, Account.email, Account.locale)
        .join(Account, Account.id == Identifier.account_id)
        .where(Account.landlord == work.landlord.slug, Identifier.kind == people.REFERENCE)
        .where(Account.closed_at.is_(None), Account.email_verified_at.is_not(None))
        .where(func.lower(Account.email) == func.lower(address))
        .where(
            exists()
            .where(Enrolment.account_id == Account.id, Holder.id == Enrolment.holder_id)
            .where(people.lets_in(work))
        )
    )
    without = (
        select(Holder.identifier, Holder.email)
        .where(Holder.landlord == work.landlord.slug, people.still_there(work))
        .where(func.lower(Holder.email) == func.lower(address))
        .where(people.without_account())
    )
    there = [_Reminder(value, email or "", locale) for value, email, locale in work.db.execute(of_accounts)]
    others = work.db.execute(without)
    return there + [_Reminder(value, email or "", work.origin.locale) for value, email in others]


def _born_on(work: Work, day: date) -> list[Holder]:
    found = select(Holder).where(Holder.landlord == work.landlord.slug, Holder.birth_date == day)
    return list(work.db.scalars(found.where(people.lets_in(work)).options(joinedload(Holder.contract))))


def _reminder(work: Work, holder: Holder) -> _Reminder:
    """Choose the address of a holder: the account's verified one, else the registry's."""
    account = work.db.scalar(
        select(Account)
        .join(Enrolment, Enrolment.account_id == Account.id)
        .where(Enrolment.holder_id == holder.id, Account.closed_at.is_(None))
    )
    if account is None:
        return _Reminder(holder.identifier, holder.email or "", work.origin.locale)
    verified = account.email if account.email_verified_at else None
    return _Reminder(holder.identifier, verified or "", account.locale)


def _by_address(reminders: Iterable[_Reminder]) -> Mapping[str, list[_Reminder]]:
    found: dict[str, list[_Reminder]] = {}
    for one in reminders:
        found.setdefault(canonical_email(one.email) or "", []).append(one)
    return found
