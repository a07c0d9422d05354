"""Wrong tries, counted where a restart does not forget them."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Key, OfLandlord


class FailureCounter(OfLandlord, Base):
    """The wrong tries of one subject: an account, a holder, an unknown reference, a device, a network."""

    __tablename__ = "failure_counter"
    __table_args__ = (UniqueConstraint("landlord", "subject"), Index(None, "window_started_at"))

    id: Mapped[Key]
    subject: Mapped[str] = mapped_column(String(120))
    count: Mapped[int]
    total: Mapped[int]
    window_started_at: Mapped[datetime]
    closed_until: Mapped[datetime | None]
