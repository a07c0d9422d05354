"""Which apps people let have their data."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Key, OfLandlord


class AppAuthorization(OfLandlord, Base):
    """That one person lets one app have something; deleted when they withdraw it."""

    __tablename__ = "app_authorization"
    __table_args__ = (UniqueConstraint("account_id", "client_id"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    client_id: Mapped[str] = mapped_column(String(100))
    topics: Mapped[list[str]]
    given_at: Mapped[datetime]
