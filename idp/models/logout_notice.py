"""What apps are still to be told about sessions that have ended."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Key, OfLandlord


class LogoutNotice(OfLandlord, Base):
    """One session's end on its way to one app; who it was is erased once the app knows."""

    __tablename__ = "logout_notice"
    __table_args__ = (Index(None, "due_at"),)

    id: Mapped[Key]
    jti: Mapped[str] = mapped_column(String(43))
    client_id: Mapped[str] = mapped_column(String(100))
    sub: Mapped[str | None] = mapped_column(String(43))
    sid: Mapped[str | None] = mapped_column(String(43))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(200))
    told_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
