"""What was shown once and must not be shown again."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from idp.models.base import Base, Digest, Key, OfLandlord


class UsedOnce(OfLandlord, Base):
    """The name (`jti`) of a proof that an app signed, remembered for as long as the proof would be good."""

    __tablename__ = "used_once"
    __table_args__ = (UniqueConstraint("digest"), Index(None, "expires_at"))

    id: Mapped[Key]
    digest: Mapped[Digest]
    expires_at: Mapped[datetime]
