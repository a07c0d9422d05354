"""The secret from which apps' names of people are derived."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Key, OfLandlord


class SubjectSalt(OfLandlord, Base):
    """One landlord's salt: made once, and never replaced, for people would be strangers to their apps."""

    __tablename__ = "subject_salt"
    __table_args__ = (UniqueConstraint("landlord"),)

    id: Mapped[Key]
    sealed: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
