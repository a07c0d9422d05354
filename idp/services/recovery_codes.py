"""Recovery codes: ten, shown once, each of which stands in for the second factor once."""

import secrets

from sqlalchemy import delete, func, insert, select, update

from idp.domain.recovery_codes import ALPHABET, COUNT, LENGTH, typed_code, written
from idp.models import RecoveryCode
from idp.services.work import Work

PURPOSE = "recovery code"


def make(work: Work, account_id: int) -> list[str]:
    """Make new codes; the former ones are good for nothing any more.

    Args:
        work: the transaction; it holds the account.
        account_id: whose codes.

    Returns:
        the codes as they are shown, this once.
    """
    forget_all(work, account_id)
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(COUNT)]
    usual = {"landlord": work.landlord.slug, "account_id": account_id, "made_at": work.now}
    work.db.execute(
        insert(RecoveryCode),
        [{**usual, "code_mac": work.vault.mac(PURPOSE, _row(account_id, code))} for code in codes],
    )
    return [written(code) for code in codes]


def use(work: Work, account_id: int, typed: str) -> bool:
    """Use a code up; codes kept under an earlier root secret are good too.

    Args:
        work: the transaction.
        account_id: who types it.
        typed: as typed.

    Returns:
        whether it was one that was good, and this call was the one that used it.
    """
    code = typed_code(typed)
    if code is None:
        return False
    used = work.db.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.landlord == work.landlord.slug,
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_mac.in_(work.vault.macs(PURPOSE, _row(account_id, code))),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=work.now)
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    return used.scalar_one_or_none() is not None


def left(work: Work, account_id: int) -> int:
    """Count the codes that are still good."""
    good = RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    return work.db.scalar(select(func.count()).where(RecoveryCode.landlord == work.landlord.slug, *good)) or 0


def forget_all(work: Work, account_id: int) -> None:
    """Forget the codes of an account."""
    work.db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def _row(account_id: int, code: str) -> str:
    return f"{account_id}:{code}"
