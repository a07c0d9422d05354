"""What a sign-in gave a client: the grant, its codes and its refresh family."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Digest, Key, OfLandlord


class Grant(OfLandlord, Base):
    """One authorization of one client by one person; revoking it kills all that came from it.

    Access tokens name it by its `handle`, which unlike `id` does not tell how many grants there are.
    """

    __tablename__ = "grant"
    __table_args__ = (UniqueConstraint("handle"), Index(None, "account_id"), Index(None, "session_id"))

    id: Mapped[Key]
    handle: Mapped[str] = mapped_column(String(43))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("browser_session.id"))
    client_id: Mapped[str] = mapped_column(String(100))
    scope: Mapped[str] = mapped_column(String(300))
    claims: Mapped[dict[str, object]]
    sid: Mapped[str] = mapped_column(String(43))
    auth_time: Mapped[datetime]
    amr: Mapped[list[str]]
    dpop_jkt: Mapped[str | None] = mapped_column(String(43))
    resources: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AuthorizationCode(OfLandlord, Base):
    """A code, good once and for a minute (RFC 6749 §4.1.2)."""

    __tablename__ = "authorization_code"
    __table_args__ = (UniqueConstraint("code_hash"), Index(None, "grant_id"), Index(None, "expires_at"))

    id: Mapped[Key]
    code_hash: Mapped[Digest]
    grant_id: Mapped[int] = mapped_column(ForeignKey("grant.id"))
    redirect_uri: Mapped[str] = mapped_column(String(2000))
    code_challenge: Mapped[str | None] = mapped_column(String(43))
    nonce: Mapped[str | None] = mapped_column(String(1000))
    dpop_jkt: Mapped[str | None] = mapped_column(String(43))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RefreshToken(OfLandlord, Base):
    """One member of its grant's refresh family."""

    __tablename__ = "refresh_token"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "grant_id"), Index(None, "expires_at"))

    id: Mapped[Key]
    token_hash: Mapped[Digest]
    grant_id: Mapped[int] = mapped_column(ForeignKey("grant.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
