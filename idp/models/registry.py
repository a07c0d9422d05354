"""What the landlord's back office knows: contracts and the people on them."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idp.models.base import Base, Digest, Key, OfLandlord


class Contract(OfLandlord, Base):
    """A lease, a lot or a unit under the reference the landlord gives it."""

    __tablename__ = "contract"
    __table_args__ = (UniqueConstraint("landlord", "reference"),)

    id: Mapped[Key]
    reference: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(40))
    holders: Mapped[list["Holder"]] = relationship(back_populates="contract")


class Holder(OfLandlord, Base):
    """A person on a contract, as the last import of the registry described them."""

    __tablename__ = "holder"
    __table_args__ = (
        UniqueConstraint("landlord", "registry_key"),
        Index(None, "landlord", "identifier"),
        Index(None, "landlord", "id"),
        Index(None, "contract_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    registry_key: Mapped[str] = mapped_column(String(200))
    identifier: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(40))
    civility: Mapped[str | None] = mapped_column(String(20))
    last_name: Mapped[str] = mapped_column(String(100))
    first_name: Mapped[str] = mapped_column(String(100))
    birth_date: Mapped[date | None] = mapped_column(Date)
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(30))
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    facts: Mapped[dict[str, object]] = mapped_column()
    legacy_hash: Mapped[str | None] = mapped_column(String(300))
    fingerprint: Mapped[Digest]
    left_at: Mapped[datetime | None]

    contract: Mapped[Contract] = relationship(back_populates="holders")
