"""Links sent by mail."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Digest, Key, OfLandlord


class MailLink(OfLandlord, Base):
    """A single-use link, bound to its purpose, its address and whoever asked for it."""

    __tablename__ = "mail_link"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index(None, "first_connection_id"),
        Index(None, "account_id"),
        Index(None, "holder_id"),
        Index(None, "expires_at"),
    )

    id: Mapped[Key]
    token_hash: Mapped[Digest]
    purpose: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    first_connection_id: Mapped[int | None] = mapped_column(ForeignKey("first_connection.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("holder.id"))
    password_version: Mapped[int | None]
    journey: Mapped[str | None] = mapped_column(String(43))
    browser_hash: Mapped[Digest | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
