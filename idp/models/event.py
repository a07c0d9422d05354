"""The audit trail."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Key, OfLandlord


class Event(OfLandlord, Base):
    """Something that happened, named by `domain.events`, without secrets or personal data."""

    __tablename__ = "event"
    __table_args__ = (Index(None, "landlord", "name", "happened_at"), Index(None, "account_id"))

    id: Mapped[Key]
    happened_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[int | None]
    holder_id: Mapped[int | None]
    client_id: Mapped[str | None] = mapped_column(String(100))
    network: Mapped[str | None] = mapped_column(String(50))
    details: Mapped[dict[str, object]]
