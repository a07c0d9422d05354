"""Cases: people who asked the staff for help."""

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Key, OfLandlord


class Case(OfLandlord, Base):
    """One request for help; everything personal is sealed and goes with the row."""

    __tablename__ = "assistance_case"
    __table_args__ = (UniqueConstraint("landlord", "reference"), Index(None, "opened_at"))

    id: Mapped[Key]
    reference: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(10))
    sealed: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class CaseCount(OfLandlord, Base):
    """How many cases of a kind were opened in a month: all that stays of them."""

    __tablename__ = "case_count"
    __table_args__ = (UniqueConstraint("landlord", "month", "kind"),)

    id: Mapped[Key]
    month: Mapped[str] = mapped_column(String(7))
    kind: Mapped[str] = mapped_column(String(20))
    count: Mapped[int]
