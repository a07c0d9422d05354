"""Remembers what is good once: the names of proofs that apps sign."""

from datetime import datetime

from sqlalchemy import bindparam, select

from idp.models import Base, UsedOnce
from idp.services.prepared import Prepared
from idp.services.upsert import insert_into
from idp.services.vault import digest
from idp.services.work import Work

USED = Base.metadata.tables["used_once"]
FIND = Prepared(select(USED.c.id).where(USED.c.digest == bindparam("key")))


def claim(work: Work, kind: str, owner: str, jti: str, expires_at: datetime) -> bool:
    """Use a proof up; of many who try at once, one succeeds.

    Args:
        work: the transaction; what was used up stays so only when it is committed.
        kind: kind of proof.
        owner: who signed it; two owners' names may be the same.
        jti: its name.
        expires_at: when it would be refused anyway.

    Returns:
        whether nobody used it before.
    """
    row = work.db.execute(
        insert_into(work, UsedOnce)
        .values(landlord=work.landlord.slug, digest=_key(work, kind, owner, jti), expires_at=expires_at)
        .on_conflict_do_nothing(index_elements=["digest"])
        .returning(UsedOnce.id)
    ).one_or_none()
    return row is not None


def is_used(work: Work, kind: str, owner: str, jti: str) -> bool:
    """Tell whether a proof was used up, without using it up."""
    return FIND.first(work.db, {"key": _key(work, kind, owner, jti)}) is not None


def _key(work: Work, kind: str, owner: str, jti: str) -> str:
    return digest("\0".join((work.landlord.slug, kind, owner, jti)))
