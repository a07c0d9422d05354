"""Writes holders and contracts in bulk."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import String, cast, delete, exists, insert, select, update

from idp.domain.registry import Good
from idp.models import Contract, Enrolment, Holder, Identifier
from idp.services import leaving, people
from idp.services.batches import batches
from idp.services.upsert import insert_into
from idp.services.work import Work

BATCH = 1000
FIELDS = (
    "identifier",
    "role",
    "civility",
    "last_name",
    "first_name",
    "birth_date",
    "email",
    "phone",
    "since",
    "until",
    "legacy_hash",
    "facts",
)


class Entry(NamedTuple):
    """A good row, and the holder it is about where there is one already."""

    row: Good
    holder_id: int | None


def write_leavers(work: Work, left: Sequence[int], retired: Sequence[int]) -> None:
    """Note that holders have left.

    Args:
        work: the transaction.
        left: rows of those who leave now.
        retired: rows whose key another person has from now on; they keep one of their own.
    """
    for ids in batches(left, BATCH):
        work.db.execute(update(Holder).where(Holder.id.in_(ids)).values(left_at=work.now))
    for ids in batches(retired, BATCH):
        own = Holder.registry_key + ":" + cast(Holder.id, String)
        work.db.execute(update(Holder).where(Holder.id.in_(ids)).values(registry_key=own))
        leaving.pass_on(work, ids)


def write_entries(work: Work, entries: Sequence[Entry]) -> None:
    """Insert new holders and update those there are, with their contracts.

    An identifier that has passed to a new holder does not sign in to the former one's account any more.

    Args:
        work: the transaction.
        entries: a batch of rows.
    """
    contracts = _contracts(work, {entry.row.holder.contract: entry.row.holder.kind for entry in entries})
    values = [
        {
            **{name: getattr(entry.row.holder, name) for name in FIELDS},
            "contract_id": contracts[entry.row.holder.contract],
            "fingerprint": entry.row.fingerprint,
            "left_at": None,
        }
        for entry in entries
    ]
    fresh = [
        {**value, "landlord": work.landlord.slug, "registry_key": entry.row.key}
        for entry, value in zip(entries, values, strict=True)
        if entry.holder_id is None
    ]
    known = [
        {**value, "id": entry.holder_id}
        for entry, value in zip(entries, values, strict=True)
        if entry.holder_id is not None
    ]
    if fresh:
        _release(work, [entry.row.holder.identifier for entry in entries if entry.holder_id is None])
        work.db.execute(insert(Holder), fresh)
    if known:
        work.db.execute(update(Holder), known)


def _release(work: Work, identifiers: Sequence[str]) -> None:
    """Take identifiers that new holders bring from accounts which none of their own holders gives them any more.

    The former holders' place is taken with it.
    """
    own = (
        exists()
        .where(Enrolment.account_id == Identifier.account_id, Enrolment.holder_id == Holder.id)
        .where(Holder.identifier == Identifier.value, people.still_there(work))
    )
    lost = work.db.execute(
        delete(Identifier)
        .where(
            Identifier.landlord == work.landlord.slug,
            Identifier.kind == people.REFERENCE,
            Identifier.value.in_(identifiers),
            ~own,
        )
        .returning(Identifier.account_id, Identifier.value)
    ).all()
    for account_id, identifier in lost:
        former = select(Holder.id).join(Enrolment, Enrolment.holder_id == Holder.id)
        gone = former.where(Enrolment.account_id == account_id, Holder.identifier == identifier)
        leaving.pass_on(work, work.db.scalars(gone).all())


def _contracts(work: Work, kinds: dict[str, str]) -> dict[str, int]:
    """Make sure that contracts exist with these kinds, and return their rows by reference.

    ON CONFLICT finds them by the unique index; a query for a thousand references would read the whole table, as long
    as PostgreSQL has no statistics of what this transaction has filled it with.
    """
    insert_contract = insert_into(work, Contract)
    statement = insert_contract.on_conflict_do_update(
        index_elements=["landlord", "reference"], set_={"kind": insert_contract.excluded.kind}
    ).returning(Contract.reference, Contract.id)
    rows = [
        {"landlord": work.landlord.slug, "reference": reference, "kind": kind} for reference, kind in kinds.items()
    ]
    return {contract.reference: contract.id for contract in work.db.execute(statement, rows)}
