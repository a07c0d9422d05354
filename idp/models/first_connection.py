"""A holder on the way from proof to account."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idp.models.base import Base, Key, OfLandlord
from idp.models.registry import Holder

OPEN = "completed_at IS NULL AND proof <> 'registry'"


class FirstConnection(OfLandlord, Base):
    """Everything a holder has shown so far.

    At most one by letter or former password is open for each holder. Registrations are as many as are begun: the
    facts they prove by are no secret of one person, so none may stand in the way of another.
    """

    __tablename__ = "first_connection"
    __table_args__ = (
        Index(
            "uq_first_connection_open",
            "holder_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )

    id: Mapped[Key]
    holder_id: Mapped[int] = mapped_column(ForeignKey("holder.id"))
    proof: Mapped[str] = mapped_column(String(20))
    provisional_password_id: Mapped[int | None] = mapped_column(ForeignKey("provisional_password.id"))
    answers: Mapped[dict[str, object]] = mapped_column(server_default=text("'{}'"))
    own_password_hash: Mapped[str | None] = mapped_column(String(200))
    started_at: Mapped[datetime]
    email: Mapped[str | None] = mapped_column(String(254))
    email_verified_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    social_provider: Mapped[str | None] = mapped_column(String(40))
    social_issuer: Mapped[str | None] = mapped_column(String(500))
    social_subject: Mapped[str | None] = mapped_column(String(255))
    social_email: Mapped[str | None] = mapped_column(String(254))

    holder: Mapped[Holder] = relationship()
