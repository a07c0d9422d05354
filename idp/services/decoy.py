"""What is spent on nobody, so that nobody takes as long as somebody."""

import hashlib

from sqlalchemy import BigInteger, bindparam, func, select

from idp.models import Base
from idp.services.prepared import Prepared
from idp.services.work import Work

HOLDER = Base.metadata.tables["holder"]
OF_LANDLORD = HOLDER.c.landlord == bindparam("of_landlord")
LOWEST, HIGHEST = (select(end(HOLDER.c.id)).where(OF_LANDLORD).scalar_subquery() for end in (func.min, func.max))
"""Asked one by one each is found at an end of the index, together by reading the whole registry."""
PLACE = LOWEST + bindparam("drawn", type_=BigInteger) % (HIGHEST - LOWEST + 1)
DRAWN = Prepared(select(HOLDER.c.legacy_hash).where(OF_LANDLORD, HOLDER.c.id >= PLACE).order_by(HOLDER.c.id).limit(1))


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
    seed = hashlib.sha256(work.vault.mac("decoy", subject).encode()).digest()
    drawn = int.from_bytes(seed[:8], "big") >> 1  # the largest number that a database knows has 63 bits
    found = DRAWN.first(work.db, {"of_landlord": work.landlord.slug, "drawn": drawn})
    former: str | None = found.legacy_hash if found else None
    return former
