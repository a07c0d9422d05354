"""Requests of devices that wait for a person with another one."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Digest, Key, OfLandlord


class DeviceRequest(OfLandlord, Base):
    """What one device asks for (RFC 8628): answered once by a person, and good for one token response."""

    __tablename__ = "device_request"
    __table_args__ = (
        UniqueConstraint("device_hash"),
        UniqueConstraint("landlord", "user_mac"),
        Index(None, "expires_at"),
        Index(None, "grant_id"),
    )

    id: Mapped[Key]
    device_hash: Mapped[Digest]
    user_mac: Mapped[str] = mapped_column(String(43))
    client_id: Mapped[str] = mapped_column(String(100))
    scope: Mapped[list[str]]
    interval: Mapped[int]
    polled_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("grant.id"))
    answered_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
