"""What is spent on nobody, so that nobody takes as long as somebody."""

import hashlib

from sqlalchemy import bindparam, func, select

from idp.models import Base
from idp.services.prepared import Prepared
from idp.services.work import Work

HOLDER = Base.metadata.tables["holder"]
OF_LANDLORD = HOLDER.c.landlord == bindparam("of_landlord")
LOWEST, HIGHEST = select(func.min(HOLDER.c.id)), select(func.max(HOLDER.c.id))
ENDS = Prepared(  # asked one by one each is found at an end of the index, together by reading the whole registry
    select(
        LOWEST.where(OF_LANDLORD).scalar_subquery().label("lowest"),
        HIGHEST.where(OF_LANDLORD).scalar_subquery().label("highest"),
    )
)
DRAWN = Prepared(
    select(HOLDER.c.legacy_hash).where(OF_LANDLORD, HOLDER.c.id >= bindparam("place")).order_by(HOLDER.c.id).limit(1)
)


def former_password(work: Work, subject: str) -> str | None:
    """Choose the former-password hash whose time is spent where the person has none of their own.

    Former hashes are of several kinds, some slow. Each subject always draws the same holder of the registry, so
    that the times of unknown references are spread exactly as those of known ones.

    Args:
        work: the transaction.
        subject: under which name the tries are counted.

    Returns:
        a hash of the registry, or None where the drawn holder has none.
    """
    if "legacy_hash" not in work.landlord.registry.columns:
        return None
    of_landlord = {"of_landlord": work.landlord.slug}
    lowest, highest = ENDS.first(work.db, of_landlord)
    if lowest is None:
        return None
    drawn = hashlib.sha256(work.vault.mac("decoy", subject).encode()).digest()
    place = lowest + int.from_bytes(drawn[:8], "big") % (highest - lowest + 1)
    found = DRAWN.first(work.db, {**of_landlord, "place": place})
    former: str | None = found.legacy_hash if found else None
    return former
