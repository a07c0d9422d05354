"""An authenticator app on somebody's telephone, and accounts that ask for its codes."""

from datetime import datetime

import pyotp
from sqlalchemy import select

from idp.domain import totp
from idp.models import Account, SecondFactor
from idp.services import recovery_codes
from idp.services.work import Work

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(now: datetime, secret: str = SECRET, steps: int = 0) -> str:
    """Read the code that the app shows at an instant, or so many steps later."""
    return pyotp.TOTP(secret).at(int(now.timestamp()), counter_offset=steps)


def another_code(now: datetime, secret: str = SECRET) -> str:
    """Think of a code that the app does not show around an instant."""
    shown = {code_at(now, secret, steps) for steps in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in shown)


def add_second_factor(work: Work, account: Account) -> list[str]:
    """Give an account a second factor, whose secret the app has; return its recovery codes."""
    work.db.add(
        SecondFactor(
            landlord=work.landlord.slug,
            account_id=account.id,
            kind="totp",
            sealed=work.vault.seal(SECRET, f"second_factor:{account.id}"),
            last_step=totp.step_of(work.now) - 10,
            made_at=work.now,
            confirmed_at=work.now,
        )
    )
    work.db.flush()
    return recovery_codes.make(work, account.id)


def factor_of(work: Work, account_id: int) -> SecondFactor:
    """Read the second factor of an account as it stands."""
    return work.db.scalars(select(SecondFactor).where(SecondFactor.account_id == account_id)).one()
