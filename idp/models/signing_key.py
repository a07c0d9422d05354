"""The keys a landlord signs its tokens with."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Key, OfLandlord


class SigningKey(OfLandlord, Base):
    """One key pair: published at once, used from `active_from`, gone after `retires_at`."""

    __tablename__ = "signing_key"
    __table_args__ = (UniqueConstraint("kid"), Index(None, "landlord", "alg"))

    id: Mapped[Key]
    kid: Mapped[str] = mapped_column(String(43))
    alg: Mapped[str] = mapped_column(String(10))
    public_jwk: Mapped[dict[str, object]]
    private_jwk: Mapped[str] = mapped_column(String(6000))
    created_at: Mapped[datetime]
    active_from: Mapped[datetime]
    retires_at: Mapped[datetime | None]
