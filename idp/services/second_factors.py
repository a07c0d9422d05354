"""The second factor of an account: whether it is due, how it is set up, and how it ends."""

from datetime import timedelta

import pyotp
from sqlalchemy import ColumnElement, Select, and_, delete, select, update

from idp.domain import totp
from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.models import Account, BrowserSession, SecondFactor
from idp.services import audit, locks, outbox, recovery_codes, sessions, trusted_browsers
from idp.services.live_sessions import SPARED
from idp.services.vault import SealBrokenError
from idp.services.work import Work

TOTP = "totp"
SET_UP_WITHIN = timedelta(hours=1)
BASE32_BITS = 5
SECRET_SIGNS = totp.SECRET_BYTES * 8 // BASE32_BITS


def is_due(work: Work, account_id: int) -> bool:
    """Tell whether somebody who shows the first factor now must show the second, or set one up, to be signed in.

    Args:
        work: the transaction; where the landlord has none, nothing is read.
        account_id: who shows the first factor, by whatever way in.
    """
    rules = work.landlord.second_factor
    if not rules.is_there:
        return False
    if find(work, account_id) is None:
        return rules.mode == "required"
    return not trusted_browsers.is_trusted(work, account_id)


def spared(work: Work) -> list[str]:
    """Say of a session in a trusted browser that it is good, where everybody must have a second factor."""
    return [SPARED] if work.landlord.second_factor.mode == "required" else []


def find(work: Work, account_id: int) -> SecondFactor | None:
    """Find the second factor of an account, once it is confirmed."""
    return work.db.scalar(
        _of(work, account_id).where(SecondFactor.confirmed_at.is_not(None)).order_by(SecondFactor.id.desc()).limit(1)
    )


def may_begin(work: Work, session: BrowserSession, account: Account) -> bool:
    """Tell whether a session may set one up: one that waits for a second factor must not bring its own instead."""
    return work.landlord.second_factor.is_there and not (session.is_half and find(work, account.id) is not None)


def begin(work: Work, session: BrowserSession, account: Account) -> None:
    """Begin to set one up: a new secret, which counts for nothing until a code shows that an app has it.

    Args:
        work: the transaction.
        session: the session in which the person does it, and no other.
        account: whose it will be.
    """
    locks.hold_account(work, account.id)
    unfinished = SecondFactor.account_id == account.id, SecondFactor.confirmed_at.is_(None)
    work.db.execute(delete(SecondFactor).where(*unfinished))
    work.db.add(
        SecondFactor(
            landlord=work.landlord.slug,
            account_id=account.id,
            kind=TOTP,
            sealed=work.vault.seal(pyotp.random_base32(SECRET_SIGNS), _row(account.id)),
            session_id=session.id,
            made_at=work.now,
        )
    )
    work.db.flush()


def unfinished(work: Work, session: BrowserSession, account: Account) -> SecondFactor | None:
    """Find what this session is setting up."""
    return work.db.scalar(
        _of(work, account.id).where(
            SecondFactor.confirmed_at.is_(None),
            SecondFactor.session_id == session.id,
            SecondFactor.made_at > work.now - SET_UP_WITHIN,
        )
    )


def secret_of(work: Work, factor: SecondFactor) -> str | None:
    """Open the secret that an app has; None where it is lost with the root secret that sealed it."""
    try:
        return work.vault.unseal(factor.sealed, _row(factor.account_id))
    except SealBrokenError:
        return None


def confirm(work: Work, session: BrowserSession, account: Account, typed: str) -> list[str] | None:
    """Put in force what this session is setting up, by the first code of the app that has it now.

    It takes the place of an earlier one. Whoever got in by one factor is out: every other session ends.

    Args:
        work: the transaction.
        session: the session in which the person does it.
        account: whose it is.
        typed: the code, as typed.

    Returns:
        the recovery codes, to be shown this once; None for a wrong code.
    """
    locks.hold_account(work, account.id)
    factor, code = unfinished(work, session, account), totp.typed_code(typed)
    secret = secret_of(work, factor) if factor is not None else None
    step = totp.matching_step(secret, code, work.now) if secret is not None and code is not None else None
    if factor is None or step is None or not may_begin(work, session, account):
        return None
    others = SecondFactor.account_id == account.id, SecondFactor.id != factor.id
    work.db.execute(delete(SecondFactor).where(*others))
    factor.last_step, factor.confirmed_at, factor.session_id = step, work.now, None
    trusted_browsers.forget_all(work, account.id)
    sessions.end_all_of_account(work, account.id, but=session)
    _tell(work, account, EventName.SECOND_FACTOR_ADDED, MailKind.SECOND_FACTOR_ADDED)
    return recovery_codes.make(work, account.id)


def accept(work: Work, account_id: int, typed: str) -> bool:
    """Accept a code of the app, each time step once: of many at the same moment one is accepted.

    Args:
        work: the transaction.
        account_id: who types it.
        typed: as typed.

    Returns:
        whether it is right, and of a later step than the last one.
    """
    factor, code = find(work, account_id), totp.typed_code(typed)
    secret = secret_of(work, factor) if factor is not None else None
    step = totp.matching_step(secret, code, work.now) if secret is not None and code is not None else None
    if factor is None or secret is None or step is None:
        return False
    fresh: dict[str, object] = {"last_step": step}
    if not work.vault.is_sealed_anew(factor.sealed):
        fresh["sealed"] = work.vault.seal(secret, _row(account_id))
    taken = work.db.execute(
        update(SecondFactor)
        .where(SecondFactor.id == factor.id, SecondFactor.last_step < step)
        .values(**fresh)
        .returning(SecondFactor.id)
        .execution_options(synchronize_session=False)
    )
    return taken.scalar_one_or_none() is not None


def new_codes(work: Work, account: Account) -> list[str]:
    """Make new recovery codes in place of the former ones, and tell the owner."""
    locks.hold_account(work, account.id)
    _tell(work, account, EventName.RECOVERY_CODES_MADE, MailKind.RECOVERY_CODES_MADE)
    return recovery_codes.make(work, account.id)


def remove(work: Work, account: Account) -> None:
    """Take the second factor away as its owner wishes, and tell them."""
    forget_all(work, account.id)
    _tell(work, account, EventName.SECOND_FACTOR_REMOVED, MailKind.SECOND_FACTOR_REMOVED)


def reset(work: Work, account: Account) -> bool:
    """Take it away for somebody who has lost it; whoever is signed in is out, and the owner is told.

    Returns:
        whether there was one.
    """
    if find(work, account.id) is None:
        return False
    forget_all(work, account.id)
    sessions.end_all_of_account(work, account.id)
    _tell(work, account, EventName.SECOND_FACTOR_RESET, MailKind.SECOND_FACTOR_RESET)
    return True


def forget_all(work: Work, account_id: int) -> None:
    """Forget everything about the second factor of an account."""
    locks.hold_account(work, account_id)
    work.db.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))
    recovery_codes.forget_all(work, account_id)
    trusted_browsers.forget_all(work, account_id)


def seal_anew(work: Work) -> int:
    """Seal every secret under the present root secret that an earlier one has sealed; return how many there were.

    Codes work before that too, as long as the earlier root secret is kept.
    """
    kept = work.db.scalars(select(SecondFactor).where(SecondFactor.landlord == work.landlord.slug)).all()
    outdated = [factor for factor in kept if not work.vault.is_sealed_anew(factor.sealed)]
    opened = [(factor, secret) for factor in outdated if (secret := secret_of(work, factor)) is not None]
    for factor, secret in opened:
        factor.sealed = work.vault.seal(secret, _row(factor.account_id))
    return len(opened)


def is_over(work: Work) -> ColumnElement[bool]:
    """Tell which rows are of no use any more: nobody has finished setting them up."""
    return and_(SecondFactor.confirmed_at.is_(None), SecondFactor.made_at < work.now - SET_UP_WITHIN)


def _tell(work: Work, account: Account, event: EventName, mail: MailKind) -> None:
    audit.record(work, event, account_id=account.id)
    if account.email is not None:
        outbox.enqueue(work, mail, account.email, account.locale)


def _of(work: Work, account_id: int) -> Select[SecondFactor]:
    return select(SecondFactor).where(
        SecondFactor.landlord == work.landlord.slug, SecondFactor.account_id == account_id, SecondFactor.kind == TOTP
    )


def _row(account_id: int) -> str:
    """Name what a secret is sealed for: it opens for no other account."""
    return f"second_factor:{account_id}"
