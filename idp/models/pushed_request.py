"""Authorization requests that apps pushed before sending the browser."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.models.base import Base, Digest, Key, OfLandlord


class PushedRequest(OfLandlord, Base):
    """A checked request of one app, good for one answer (RFC 9126); opening its page uses nothing up."""

    __tablename__ = "pushed_request"
    __table_args__ = (UniqueConstraint("reference_hash"), Index(None, "expires_at"))

    id: Mapped[Key]
    reference_hash: Mapped[Digest]
    client_id: Mapped[str] = mapped_column(String(100))
    request: Mapped[dict[str, object]]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
