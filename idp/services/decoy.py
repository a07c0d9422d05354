"""What is spent on nobody, so that nobody takes as long as somebody."""

import hashlib

from sqlalchemy import func, select

from idp.models import Holder
from idp.services.work import Work


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
    of_landlord = Holder.landlord == work.landlord.slug
    lowest, highest = work.db.execute(select(func.min(Holder.id), func.max(Holder.id)).where(of_landlord)).one()
    if lowest is None:
        return None
    drawn = hashlib.sha256(work.vault.mac("decoy", subject).encode()).digest()
    place = lowest + int.from_bytes(drawn[:8], "big") % (highest - lowest + 1)
    return work.db.scalar(
        select(Holder.legacy_hash).where(of_landlord, Holder.id >= place).order_by(Holder.id).limit(1)
    )
