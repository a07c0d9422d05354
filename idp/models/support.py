"""Support accesses: an adviser asks, the person answers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Digest, Key, OfLandlord


class SupportAccess(OfLandlord, Base):
    """One request to look at what a person sees, and what became of it; who asks and why is sealed.

    What it opens hangs from a grant (`grant_id`), which is deleted before the row is.
    """

    __tablename__ = "support_access"
    __table_args__ = (
        UniqueConstraint("landlord", "reference"),
        UniqueConstraint("code_hash"),
        Index(None, "account_id"),
        Index(None, "landlord", "closed_at", "ends_at"),
    )

    id: Mapped[Key]
    reference: Mapped[str] = mapped_column(String(20))
    code_hash: Mapped[Digest]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    client_id: Mapped[str] = mapped_column(String(100))
    sealed: Mapped[str] = mapped_column(Text)
    case_reference: Mapped[str | None] = mapped_column(String(20))
    requested_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    grant_id: Mapped[int | None]
    looks: Mapped[int]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(10))
