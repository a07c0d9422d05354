"""What every use case is given."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.services.vault import Vault
from idp.settings.landlord import Landlord
from idp.settings.root import Settings


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a piece of work comes from.

    Attributes:
        network: the caller's network (IPv4 /24, IPv6 /64), or `console` for the command line.
        browser: secret of the browser's pre-session, the same before and after sign-in.
        device: secret that names a browser over the years, where it has one.
        trusted: secret that spares a browser the second factor, where it has one.
        locale: language of the page, `fr` or `en`.
    """

    network: str
    browser: str = ""
    device: str | None = None
    trusted: str | None = None
    locale: str = "fr"


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction at one instant for one landlord; whoever made it commits it.

    Attributes:
        db: the open database session.
        now: the instant of the work, aware UTC, whole seconds.
        landlord: the landlord it is done for.
        settings: the settings of the server.
        vault: hashing and sealing with the server's secrets.
        origin: where the work comes from.
    """

    db: Session
    now: datetime
    landlord: Landlord
    settings: Settings
    vault: Vault
    origin: Origin
