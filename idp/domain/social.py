"""What another provider says about a person, and how much of it is believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from idp.domain.civil import Civil, civil

LONGEST_SUBJECT = 255  # OpenID Connect Core §2
LONGEST_ADDRESS = 254


class Fault(StrEnum):
    """Why a sign-in by another provider leads no further."""

    CANCELLED = "cancelled"
    """The person changed their mind there."""
    UNAVAILABLE = "unavailable"
    """The provider does not answer, or says that it cannot."""
    NOT_BELIEVED = "not_believed"
    """What the provider answered is not what it should be."""
    NOT_LINKED = "not_linked"
    """Nobody's account here is linked to that account there."""
    TAKEN = "taken"
    """That account there is linked to another account here, or this one to another there."""
    INCOMPLETE = "incomplete"
    """It does not say enough about the person to compare them with a contract."""
    OVER = "over"
    """The answer belongs to no request of this browser: too old, used before, or another's."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody's account at another provider.

    Attributes:
        issuer: the provider.
        subject: the person, as the provider names them for good.
        email: an address that the provider has verified, to be offered in a form; it proves nothing here.
        token: the ID token, for the provider's own sign-out; empty without one.
        civil: who the person is by the register of births, where the provider vouches for that.
    """

    issuer: str
    subject: str
    email: str | None
    token: str = ""
    civil: Civil | None = None


class Places(Protocol):
    """Where a provider's answers say what (`idp.settings.social.Provider`)."""

    @property
    def issuer(self) -> str:
        """Who vouches."""

    @property
    def subject(self) -> str:
        """Where the person is named."""

    @property
    def email(self) -> str:
        """Where the address is."""

    @property
    def email_verified(self) -> str:
        """Where it says that the address is verified; empty for nowhere."""

    @property
    def email_confirmed(self) -> bool:
        """Whether every address is."""

    @property
    def civil(self) -> bool:
        """Whether names and birth date are those of the register of births."""


def amr_of(provider: str) -> list[str]:
    """Name the way in for apps: another provider vouched, and which one."""
    return ["fed", f"fed:{provider}"]


def identity(places: Places, claims: Mapping[str, object], token: str = "") -> Identity | None:
    """Read who the person is.

    Args:
        places: where to look.
        claims: what the provider says.
        token: its ID token.

    Returns:
        the person, or None where they are not named as a person can be.
    """
    subject = at(claims, places.subject)
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        return None
    if not subject.isascii() or not subject.isprintable():
        return None
    return Identity(places.issuer, subject, _address(places, claims), token, civil(claims) if places.civil else None)


def at(claims: Mapping[str, object], path: str) -> object:
    """Find what stands at a path such as `data.id`; None where there is nothing."""
    found: object = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _address(places: Places, claims: Mapping[str, object]) -> str | None:
    """Take the address only if it is verified by a true that is no text and no number."""
    verified = places.email_confirmed or (places.email_verified and at(claims, places.email_verified) is True)
    address = at(claims, places.email)
    if not verified or not isinstance(address, str) or not 0 < len(address) <= LONGEST_ADDRESS:
        return None
    return address if address.isprintable() and address.count("@") == 1 else None
