"""Letters: the print runs and the provisional passwords they carried."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idp.models.base import Base, Key, OfLandlord
from idp.models.registry import Holder


class PrintRun(OfLandlord, Base):
    """One issue of letters: when, by whom and how many."""

    __tablename__ = "print_run"

    id: Mapped[Key]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(100))
    letters: Mapped[int]


class ProvisionalPassword(OfLandlord, Base):
    """The code of one letter, good for one first connection."""

    __tablename__ = "provisional_password"
    __table_args__ = (Index(None, "holder_id"), Index(None, "print_run_id"))

    id: Mapped[Key]
    holder_id: Mapped[int] = mapped_column(ForeignKey("holder.id"))
    print_run_id: Mapped[int] = mapped_column(ForeignKey("print_run.id"))
    code_hash: Mapped[str] = mapped_column(String(200))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    holder: Mapped[Holder] = relationship()
