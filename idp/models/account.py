"""A login identity and what belongs to it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idp.models.base import Base, Digest, Key, OfLandlord
from idp.models.registry import Holder


class Account(OfLandlord, Base):
    """A person's identity at one landlord; `sub` is random and never reused."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("landlord", "sub"), Index(None, "landlord", "email"))

    id: Mapped[Key]
    sub: Mapped[str] = mapped_column(String(43))
    email: Mapped[str | None] = mapped_column(String(254))
    email_verified_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    password: Mapped["Password | None"] = relationship(back_populates="account")
    enrolments: Mapped[list["Enrolment"]] = relationship(back_populates="account")


class Enrolment(OfLandlord, Base):
    """The account through which a holder signs in."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("holder_id"), Index(None, "account_id"))

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("holder.id"))
    enrolled_at: Mapped[datetime]

    account: Mapped[Account] = relationship(back_populates="enrolments")
    holder: Mapped[Holder] = relationship()


class Identifier(OfLandlord, Base):
    """A canonical text that a person types to sign in."""

    __tablename__ = "identifier"
    __table_args__ = (UniqueConstraint("landlord", "kind", "value"), Index(None, "account_id"))

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(254))


class Password(OfLandlord, Base):
    """The account's own password; `version` rises with each new one."""

    __tablename__ = "password"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    account: Mapped[Account] = relationship(back_populates="password")


class KnownDevice(OfLandlord, Base):
    """A browser that has signed in to the account before, and so keeps tries of its own."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("account_id", "device_hash"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    device_hash: Mapped[Digest]
    seen_at: Mapped[datetime]
