"""A holder on the way from proof to account."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idp.models.base import Base, Key, OfLandlord
from idp.models.registry import Holder


class FirstConnection(OfLandlord, Base):
    """Everything a holder has shown so far; at most one is open for each holder."""

    __tablename__ = "first_connection"
    __table_args__ = (
        Index(
            "uq_first_connection_open",
            "holder_id",
            unique=True,
            sqlite_where=text("completed_at IS NULL"),
            postgresql_where=text("completed_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    holder_id: Mapped[int] = mapped_column(ForeignKey("holder.id"))
    proof: Mapped[str] = mapped_column(String(20))
    provisional_password_id: Mapped[int | None] = mapped_column(ForeignKey("provisional_password.id"))
    own_password_hash: Mapped[str | None] = mapped_column(String(200))
    started_at: Mapped[datetime]
    email: Mapped[str | None] = mapped_column(String(254))
    email_verified_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]

    holder: Mapped[Holder] = relationship()
