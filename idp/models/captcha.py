"""Captchas."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Digest, Key, OfLandlord


class Captcha(OfLandlord, Base):
    """Six digits that one browser is to type into one form, once.

    The answer leaves the server as a picture and a recording, or else by mail; those mailed are shown nowhere.
    """

    __tablename__ = "captcha"
    __table_args__ = (UniqueConstraint("reference_hash"), Index(None, "expires_at"))

    id: Mapped[Key]
    reference_hash: Mapped[Digest]
    form: Mapped[str] = mapped_column(String(20))
    browser_hash: Mapped[Digest]
    sealed: Mapped[str] = mapped_column(String(300))
    mailed: Mapped[bool]
    tries: Mapped[int]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
