"""The outbox: mails that commit with the business row that caused them."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Key, OfLandlord


class Mail(OfLandlord, Base):
    """One mail to send; recipient and context are sealed, and erased once it is sent."""

    __tablename__ = "mail"
    __table_args__ = (Index(None, "due_at"),)

    id: Mapped[Key]
    message_id: Mapped[str] = mapped_column(String(43))
    kind: Mapped[str] = mapped_column(String(40))
    locale: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(200))
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
