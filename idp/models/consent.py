"""What people agreed to."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Key, OfLandlord


class Consent(OfLandlord, Base):
    """One answer to one question, or to the general terms; the newest counts, the others stay as evidence."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "account_id", "name"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(40))
    answer: Mapped[bool]
    answered_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(20))
