"""Browsers that an account knows."""

from sqlalchemy import delete, select

from idp.models import Account, KnownDevice
from idp.services import lockout
from idp.services.lockout import Subject
from idp.services.upsert import upsert
from idp.services.vault import digest, new_secret
from idp.services.work import Work


def known(work: Work, account_id: int) -> str | None:
    """Return the digest of the present browser's device secret if it has signed in to the account before."""
    if work.origin.device is None:
        return None
    return work.db.scalar(
        select(KnownDevice.device_hash).where(
            KnownDevice.account_id == account_id, KnownDevice.device_hash == digest(work.origin.device)
        )
    )


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


def remember(work: Work, account: Account) -> str:
    """Remember that the present browser has signed in to an account.

    Returns:
        the device secret for its cookie, the one it has or a new one.
    """
    secret = work.origin.device or new_secret()
    values = {"account_id": account.id, "device_hash": digest(secret), "seen_at": work.now}
    upsert(work, KnownDevice, values, ["account_id", "device_hash"], {"seen_at": work.now})
    return secret


def forget_all(work: Work, account_id: int) -> None:
    """Forget every browser of an account: whoever used them before is a stranger now."""
    work.db.execute(delete(KnownDevice).where(KnownDevice.account_id == account_id))
