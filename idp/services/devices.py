"""Browsers that an account knows."""

from sqlalchemy import bindparam, delete, select

from idp.models import Base, KnownDevice
from idp.services import lockout
from idp.services.lockout import Subject
from idp.services.prepared import Prepared
from idp.services.upsert import Upsert
from idp.services.vault import digest, new_secret
from idp.services.work import Work

DEVICE = Base.metadata.tables["known_device"]
KNOWN = Prepared(
    select(DEVICE.c.id).where(DEVICE.c.account_id == bindparam("account"), DEVICE.c.device_hash == bindparam("hash"))
)
SEE = Upsert(
    KnownDevice,
    ("landlord", "account_id", "device_hash", "seen_at"),
    ["account_id", "device_hash"],
    overwrite=["seen_at"],
)


def known(work: Work, account_id: int) -> str | None:
    """Return the digest of the present browser's device secret if it has signed in to the account before."""
    if work.origin.device is None:
        return None
    device_hash = digest(work.origin.device)
    return device_hash if KNOWN.first(work.db, {"account": account_id, "hash": device_hash}) else None


def counter(work: Work, account_id: int) -> Subject:
    """Name what counts the wrong tries of an account here: the browser's own counter where the account knows it.

    So strangers cannot use it up.
    """
    device_hash = known(work, account_id)
    return (
        lockout.device(work, account_id, device_hash)
        if device_hash
        else lockout.person(work, f"account:{account_id}")
    )


def remember(work: Work, account_id: int) -> str:
    """Remember that the present browser has signed in to an account.

    Returns:
        the device secret for its cookie, the one it has or a new one.
    """
    secret = work.origin.device or new_secret()
    seen = {"account_id": account_id, "device_hash": digest(secret), "seen_at": work.now}
    SEE.run(work.db, {"landlord": work.landlord.slug, **seen})
    return secret


def forget_all(work: Work, account_id: int) -> None:
    """Forget every browser of an account: whoever used them before is a stranger now."""
    work.db.execute(delete(KnownDevice).where(KnownDevice.account_id == account_id))
