"""Accounts at other providers: those that are linked, and the sign-ins there that are under way."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Digest, Key, OfLandlord


class SocialIdentity(OfLandlord, Base):
    """Somebody's account at another provider, linked to one account here; issuer and subject are all that counts."""

    __tablename__ = "social_identity"
    __table_args__ = (
        UniqueConstraint("landlord", "issuer", "subject"),
        UniqueConstraint("account_id", "issuer"),
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    provider: Mapped[str] = mapped_column(String(40))
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SocialRequest(OfLandlord, Base):
    """A browser that was sent to another provider: good for one answer, in that browser, from that provider.

    Nonce and PKCE verifier are derived from the state, of which only the digest is kept. Whom the answer vouches for
    is kept, sealed, where the person has to type something yet.
    """

    __tablename__ = "social_request"
    __table_args__ = (UniqueConstraint("state_hash"), Index(None, "expires_at"))

    id: Mapped[Key]
    state_hash: Mapped[Digest]
    browser_hash: Mapped[Digest]
    provider: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(20))
    journey: Mapped[str | None] = mapped_column(String(43))
    after: Mapped[str | None] = mapped_column(String(20))
    bound_to: Mapped[int | None]
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    sealed: Mapped[str | None] = mapped_column(Text)


class SocialSession(OfLandlord, Base):
    """The ID token by which a session was opened, kept for the provider's own sign-out."""

    __tablename__ = "social_session"
    __table_args__ = (UniqueConstraint("session_id"),)

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(ForeignKey("browser_session.id"))
    provider: Mapped[str] = mapped_column(String(40))
    sealed: Mapped[str] = mapped_column(Text)
