"""Apps that stand beside those of the configuration, and the tokens with which they register themselves."""

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Digest, Key, OfLandlord


class RegisteredApp(OfLandlord, Base):
    """An app; `document` holds its settings as JSON, secrets are digests."""

    __tablename__ = "registered_app"
    __table_args__ = (UniqueConstraint("landlord", "client_id"),)

    id: Mapped[Key]
    client_id: Mapped[str] = mapped_column(String(100))
    document: Mapped[str] = mapped_column(Text)
    secret_hash: Mapped[Digest | None]
    access_hash: Mapped[Digest]
    registered_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class RegistrationToken(OfLandlord, Base):
    """An initial access token (RFC 7591 §3): good for so many registrations, until then."""

    __tablename__ = "registration_token"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "expires_at"))

    id: Mapped[Key]
    token_hash: Mapped[Digest]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    uses_left: Mapped[int]
