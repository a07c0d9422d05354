"""Finds who is behind an identifier, in the same few steps for somebody and for nobody."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select

from idp.domain.identifiers import canonical, canonical_email
from idp.models import Account, Enrolment, Holder, Identifier, Password
from idp.services.prepared import Prepared
from idp.services.work import Work

REFERENCE = "reference"
EMAIL = "email"
NOBODY = -1


def _ended_after(left_after: Any, until_from: Any) -> ColumnElement[bool]:
    """Match the holders whose contract and place in the registry ended no earlier, or not at all."""
    in_registry = or_(Holder.left_at.is_(None), Holder.left_at > left_after)
    return and_(in_registry, or_(Holder.until.is_(None), Holder.until >= until_from))


HAS_ACCESS = Prepared(
    select(Holder.id)
    .join(Enrolment, Enrolment.holder_id == Holder.id)
    .join(Account, Account.id == Enrolment.account_id)
    .where(Account.id == bindparam("account"), Account.closed_at.is_(None))
    .where(_ended_after(bindparam("left_after"), bindparam("until_from")))
    .limit(1)
)
ACCOUNT_BY = Prepared(
    select(Account.id, Account.sub, Account.email, Account.locale, Password.hash)
    .join(Identifier, Identifier.account_id == Account.id)
    .outerjoin(Password, Password.account_id == Account.id)
    .where(
        Identifier.landlord == bindparam("of_landlord"),
        Identifier.kind == bindparam("its_kind"),
        Identifier.value == bindparam("its_value"),
        Account.closed_at.is_(None),
    )
)
HOLDER_BY = Prepared(
    select(Holder.id, Holder.legacy_hash, Holder.birth_date, Holder.last_name)
    .where(Holder.landlord == bindparam("of_landlord"), Holder.identifier == bindparam("reference"))
    .where(_ended_after(bindparam("left_after"), bindparam("until_from")))
    .order_by(Holder.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class ClaimedAccount:
    """The account that somebody claims to be theirs: who it is, where to write to them, the hash of its password."""

    id: int
    sub: str
    email: str | None
    locale: str
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class ClaimedHolder:
    """The holder that somebody claims to be: what a former password and a second fact are compared with."""

    id: int
    legacy_hash: str | None
    birth_date: date | None
    last_name: str


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who somebody claims to be who has proved nothing yet, read as rows: see `Person`."""

    subject: str
    account: ClaimedAccount | None
    holder: ClaimedHolder | None


@dataclass(frozen=True, slots=True)
class Person:
    """Who is behind an identifier.

    Attributes:
        subject: under which name wrong tries are counted, the same for every spelling.
        account: the account, if there is one that is not closed.
        holder: the holder the identifier is printed for, if the registry knows one that is still there.
    """

    subject: str
    account: Account | None
    holder: Holder | None


def find(work: Work, typed: str) -> Person:
    """Find who is behind an identifier as it was typed; there is always an answer, if only a counter."""
    found = claimant(work, typed)
    account = work.db.get(Account, found.account.id if found.account else NOBODY)
    return Person(found.subject, account, work.db.get(Holder, found.holder.id if found.holder else NOBODY))


def claimant(work: Work, typed: str) -> Claimant:
    """Find whom a try is for; see `find`."""
    kind, value = key_of(work, typed)
    if value is None:
        return Claimant(unknown(work, typed.strip().casefold()), None, None)
    account = _claimed_account(work, kind, value)
    holder = _claimed_holder(work, value)
    if account is not None:
        subject = f"account:{account.id}"
    elif holder is not None:
        subject = f"holder:{holder.id}"
    else:
        subject = unknown(work, value)
    return Claimant(subject, account, holder)


def key_of(work: Work, typed: str) -> tuple[str, str | None]:
    """Read what was typed as what people of this landlord sign in with.

    Returns:
        the kind of identifier, and its canonical form or None where it is none.
    """
    if "@" in typed and EMAIL in work.landlord.sign_in.by:
        return EMAIL, canonical_email(typed)
    return REFERENCE, canonical(work.landlord.sign_in.identifier, typed)


def unknown(work: Work, text: str) -> str:
    """Name the counter of a text behind which there is nobody."""
    return f"unknown:{work.vault.mac('unknown identifier', text)}"


def holders(work: Work, account: Account) -> list[Holder]:
    """List the holders behind an account."""
    enrolled = select(Holder).join(Enrolment, Enrolment.holder_id == Holder.id)
    return list(work.db.scalars(enrolled.where(Enrolment.account_id == account.id)))


def values_of(holder: Holder) -> dict[str, object]:
    """Gather what the landlord's conditions may speak of: facts, role and kind of contract."""
    return {**holder.facts, "role": holder.role, "kind": holder.contract.kind}


def has_access(work: Work, account_id: int | None) -> bool:
    """Tell whether an account is open and a contract still lets it in; nobody has none, and takes as long."""
    key = {"account": NOBODY if account_id is None else account_id}
    return HAS_ACCESS.first(work.db, {**key, **_ends(work, work.landlord.leaving.access_after_end)}) is not None


def still_there(work: Work) -> ColumnElement[bool]:
    """Match the holders who are in the registry on a contract that runs: they may get letters and open accounts."""
    return _ended_after(**_ends(work, timedelta(0)))


def is_still_there(work: Work, holder: Holder) -> bool:
    """Tell of one holder whether they are still there."""
    found = select(Holder.id).where(Holder.id == holder.id, still_there(work))
    return work.db.execute(found).first() is not None


def lets_in(work: Work) -> ColumnElement[bool]:
    """Match the holders through whom an account may be used: `access_after_end` longer than they are there."""
    return _ended_after(**_ends(work, work.landlord.leaving.access_after_end))


def without_account() -> ColumnElement[bool]:
    """Match the holders who have no account, or one that is closed: they open it anew."""
    enrolled = exists().where(Enrolment.holder_id == Holder.id, Account.id == Enrolment.account_id)
    return ~enrolled.where(Account.closed_at.is_(None))


def _ends(work: Work, grace: timedelta) -> dict[str, Any]:
    """Say since when somebody's contract and place in the registry may have ended."""
    return {"left_after": work.now - grace, "until_from": today(work) - grace}


def today(work: Work) -> date:
    """Return the date of the work, in UTC."""
    return work.now.date()


def with_identifier(work: Work, kind: str, value: str) -> Account | None:
    """Find the account that an identifier in its canonical form signs in to, unless it is closed."""
    found = _claimed_account(work, kind, value)
    return None if found is None else work.db.get(Account, found.id)


def _claimed_account(work: Work, kind: str, value: str) -> ClaimedAccount | None:
    row = ACCOUNT_BY.first(work.db, {"of_landlord": work.landlord.slug, "its_kind": kind, "its_value": value})
    return None if row is None else ClaimedAccount(*row)


def _claimed_holder(work: Work, reference: str) -> ClaimedHolder | None:
    key = {"of_landlord": work.landlord.slug, "reference": reference}
    row = HOLDER_BY.first(work.db, {**key, **_ends(work, timedelta(0))})
    return None if row is None else ClaimedHolder(*row)
