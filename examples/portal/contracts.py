"""What the portal shows of a person's contracts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

ROLES = {
    "tenant": "locataire",
    "co_tenant": "colocataire",
    "co_owner": "copropriétaire",
    "owner": "propriétaire",
}
KINDS = {"home": "Logement", "shop": "Commerce", "parking": "Parking", "lot": "Lot"}
MOST_CENTS = 90_000


@dataclass(frozen=True, slots=True)
class Contract:
    """One line of the page.

    Attributes:
        reference: as the landlord writes it.
        kind: what it is about, in French, or nothing.
        role: in French.
        since: day it began, as people write it, or nothing.
        balance: an amount made up for the demo.
    """

    reference: str
    kind: str
    role: str
    since: str
    balance: str


def contracts_of(claims: dict[str, object]) -> Iterator[Contract]:
    """List the contracts that the `contracts` claim names."""
    found = claims.get("contracts")
    for item in found if isinstance(found, list) else []:
        reference = str(item["reference"])
        yield Contract(
            reference,
            KINDS.get(item.get("kind"), ""),
            ROLES.get(item["role"], str(item["role"])),
            _day(item.get("since")),
            _demo_balance(reference),
        )


def _day(value: object) -> str:
    return f"{date.fromisoformat(value):%d/%m/%Y}" if isinstance(value, str) else ""


def _demo_balance(reference: str) -> str:
    """Make up an amount, the same each time for the same contract."""
    euros, cents = divmod(int(sha256(reference.encode()).hexdigest(), 16) % MOST_CENTS, 100)
    return f"{euros},{cents:02d}\u00a0€"
