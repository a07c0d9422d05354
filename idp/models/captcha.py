"""Captchas."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Digest, Key, OfLandlord


class Captcha(OfLandlord, Base):
    """Six digits that one browser is to type into one form, once; the answer never leaves the server."""

    __tablename__ = "captcha"
    __table_args__ = (UniqueConstraint("reference_hash"), Index(None, "expires_at"))

    id: Mapped[Key]
    reference_hash: Mapped[Digest]
    form: Mapped[str] = mapped_column(String(20))
    browser_hash: Mapped[Digest]
    sealed: Mapped[str] = mapped_column(String(300))
    tries: Mapped[int]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
