"""Writes holders and contracts in bulk."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import String, cast, insert, select, update

from idp.domain.registry import Good
from idp.models import Contract, Holder
from idp.services.batches import batches
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


def write_entries(work: Work, entries: Sequence[Entry]) -> None:
    """Insert new holders and update those there are, with their contracts.

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
        work.db.execute(insert(Holder), fresh)
    if known:
        work.db.execute(update(Holder), known)


def _contracts(work: Work, kinds: dict[str, str]) -> dict[str, int]:
    """Make sure that contracts exist with these kinds, and return their rows by reference."""
    found = _find(work, list(kinds))
    missing = [
        {"landlord": work.landlord.slug, "reference": reference, "kind": kind}
        for reference, kind in kinds.items()
        if reference not in found
    ]
    other = [
        {"id": row, "kind": kinds[reference]} for reference, (row, kind) in found.items() if kind != kinds[reference]
    ]
    if missing:
        work.db.execute(insert(Contract), missing)
        found |= _find(work, [contract["reference"] for contract in missing])
    if other:
        work.db.execute(update(Contract), other)
    return {reference: row for reference, (row, _) in found.items()}


def _find(work: Work, references: Sequence[str]) -> dict[str, tuple[int, str]]:
    query = select(Contract.reference, Contract.id, Contract.kind).where(
        Contract.landlord == work.landlord.slug, Contract.reference.in_(references)
    )
    return {reference: (row, kind) for reference, row, kind in work.db.execute(query)}
