"""What the provider remembers of a browser: its session and its pending journeys."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idp.models.account import Account
from idp.models.base import Base, Digest, Key, OfLandlord
from idp.models.first_connection import FirstConnection


class BrowserSession(OfLandlord, Base):
    """A signed-in browser, or one in the middle of a first connection or of a sign-in (then without account)."""

    __tablename__ = "browser_session"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index(None, "account_id"),
        Index(None, "first_connection_id"),
        Index(None, "remembered_id"),
        Index(None, "expires_at"),
    )

    id: Mapped[Key]
    token_hash: Mapped[Digest]
    sid: Mapped[str] = mapped_column(String(43))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    first_connection_id: Mapped[int | None] = mapped_column(ForeignKey("first_connection.id"))
    auth_time: Mapped[datetime]
    amr: Mapped[list[str]]
    postponed: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    remembered_id: Mapped[int | None] = mapped_column()
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship()
    first_connection: Mapped[FirstConnection | None] = relationship()

    @property
    def sub(self) -> str | None:
        """Who is signed in."""
        return self.account.sub if self.account else None

    @property
    def is_half(self) -> bool:
        """Whether somebody has shown the first factor in it and not the second: it names nobody (`HalfSignIn`)."""
        return self.account_id is None and self.first_connection_id is None


class Remembered(OfLandlord, Base):
    """A browser that stays signed in (« Mémoriser »): a series of tokens, each good for one return.

    The token before the present one stays known for a moment, for two tabs that return at once; whoever shows an
    older one has a copy, and the series ends.
    """

    __tablename__ = "remembered"
    __table_args__ = (UniqueConstraint("series_hash"), Index(None, "account_id"), Index(None, "expires_at"))

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    series_hash: Mapped[Digest]
    token_hash: Mapped[Digest]
    former_token_hash: Mapped[Digest | None]
    rotated_at: Mapped[datetime]
    auth_time: Mapped[datetime]
    amr: Mapped[list[str]]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Journey(OfLandlord, Base):
    """A pending authorization request, bound to the browser that brought it.

    Where a new sign-in was asked for, the session that was there then (`former_session_id`) is no answer, even if it
    began in the same second. `authorized_by` is the account of the person who, on this journey, agreed that the app
    gets what it asks for.
    """

    __tablename__ = "journey"
    __table_args__ = (UniqueConstraint("reference_hash"), Index(None, "expires_at"))

    id: Mapped[Key]
    reference_hash: Mapped[Digest]
    browser_hash: Mapped[Digest]
    client_id: Mapped[str] = mapped_column(String(100))
    request: Mapped[dict[str, object]]
    started_at: Mapped[datetime]
    min_auth_time: Mapped[datetime | None]
    former_session_id: Mapped[int | None]
    authorized_by: Mapped[int | None]
    expires_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
