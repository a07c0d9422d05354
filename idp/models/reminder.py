"""Reminders of a renewal."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Key, OfLandlord


class Reminder(OfLandlord, Base):
    """A mail that reminded somebody, so many days before the date; never sent twice."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("account_id", "due_on", "days"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    due_on: Mapped[date] = mapped_column(Date)
    days: Mapped[int]
    queued_at: Mapped[datetime]
