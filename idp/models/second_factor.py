"""What somebody shows beside the first factor, and who is on the way to showing it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idp.models.account import Account
from idp.models.base import Base, Digest, Key, OfLandlord


class SecondFactor(OfLandlord, Base):
    """Something that an account is asked for after the first factor; `kind` says what.

    Until it is confirmed by a code it counts for nothing, and belongs to the session that sets it up. `last_step`
    is the newest time step of which a code was accepted: no code is good twice.
    """

    __tablename__ = "second_factor"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[str] = mapped_column(String(300))
    last_step: Mapped[int | None]
    session_id: Mapped[int | None]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(OfLandlord, Base):
    """A code that stands in for the second factor once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "code_mac"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    code_mac: Mapped[str] = mapped_column(String(43))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TrustedBrowser(OfLandlord, Base):
    """A browser in which an account has shown its second factor, and is not asked again for a while."""

    __tablename__ = "trusted_browser"
    __table_args__ = (UniqueConstraint("account_id", "token_hash"), Index(None, "expires_at"))

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    token_hash: Mapped[Digest]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class HalfSignIn(OfLandlord, Base):
    """Whose session it is that has shown the first factor and not the second; the session itself names nobody.

    `former_session_id` is the session of the same person that the browser had before, `remember` their wish to stay
    signed in: both wait for the second factor.
    """

    __tablename__ = "half_sign_in"
    __table_args__ = (UniqueConstraint("session_id"), Index(None, "account_id"))

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(ForeignKey("browser_session.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    former_session_id: Mapped[int | None]
    remember: Mapped[bool]

    account: Mapped[Account] = relationship()
