"""What apps are told about a person (OpenID Connect Core §5.1): absent rather than empty or null."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

SCOPE_CLAIMS: Mapping[str, tuple[str, ...]] = {
    "profile": (
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ),
    "email": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
    "address": ("address",),
    "contracts": ("contracts", "landlord"),
}
OF_THE_ACCOUNT = frozenset({"locale", "updated_at", "email", "email_verified", "landlord"})
"""Claims for which nobody has to look at the person's contracts."""
ADDRESS_MEMBERS = ("formatted", "street_address", "locality", "region", "postal_code", "country")
FACTS = ("middle_name", "nickname", "preferred_username", "zoneinfo")
"""Claims that a column of the registry brings when it is kept under their name; every registry has the others."""
LINKS = ("profile", "picture", "website")
"""The same, but they are addresses of pages."""
WEB = ("https://", "http://")
GENDERS = {
    "m": "male",
    "mr": "male",
    "monsieur": "male",
    "mme": "female",
    "mlle": "female",
    "madame": "female",
    "mademoiselle": "female",
}


@dataclass(frozen=True, slots=True)
class Tenure:
    """One holder through whom a person is known: themselves on one contract."""

    reference: str
    kind: str
    role: str
    since: date | None
    until: date | None
    civility: str | None
    first_name: str
    last_name: str
    birth_date: date | None
    phone: str | None
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Person:
    """Everything that claims are made from.

    Attributes:
        sub: the account's random name.
        email: address, if there is one.
        email_verified: whether its owner confirmed it.
        locale: language of the person.
        updated_at: last change to the account.
        tenures: holders on present contracts, the first enrolled first; personal data come from the first that
            has them.
        landlord: slug and name of the landlord.
    """

    sub: str
    email: str | None
    email_verified: bool
    locale: str
    updated_at: datetime
    tenures: tuple[Tenure, ...]
    landlord: tuple[str, str]


def names_of(scopes: Iterable[str]) -> set[str]:
    """List the claims that scopes stand for (§5.4)."""
    return {name for scope in scopes for name in SCOPE_CLAIMS.get(scope, ())}


def select(person: Person, names: Iterable[str]) -> dict[str, object]:
    """Pick claims about a person.

    Args:
        person: whom they are about.
        names: what is asked for and allowed.

    Returns:
        those of the claims that are known and not empty.
    """
    wanted = set(names)
    return {
        name: value
        for name, value in _everything(person).items()
        if name in wanted and value not in (None, "", {}, [])
    }


def _everything(person: Person) -> dict[str, object]:
    first = person.tenures[0] if person.tenures else None
    birth_date = next((tenure.birth_date for tenure in person.tenures if tenure.birth_date), None)
    phone = next((tenure.phone for tenure in person.tenures if tenure.phone), None)
    slug, landlord_name = person.landlord
    return {
        "name": f"{first.first_name} {first.last_name}".strip() if first else None,
        "given_name": first.first_name if first else None,
        "family_name": first.last_name if first else None,
        "birthdate": birth_date.isoformat() if birth_date else None,
        "gender": _gender(first.civility if first else None),
        "locale": person.locale,
        "updated_at": int(person.updated_at.timestamp()),
        "email": person.email,
        "email_verified": person.email_verified if person.email else None,
        "phone_number": phone,
        "phone_number_verified": False if phone else None,
        "address": _address(person.tenures),
        "contracts": [_contract(tenure) for tenure in person.tenures],
        "landlord": {"slug": slug, "name": landlord_name},
        **{name: _fact(name, person.tenures) for name in FACTS},
        **{name: _fact(name, person.tenures, WEB) for name in LINKS},
    }


def _gender(civility: str | None) -> str | None:
    return GENDERS.get((civility or "").strip().rstrip(".").casefold())


def _fact(name: str, tenures: Iterable[Tenure], beginnings: tuple[str, ...] = ("",)) -> str | None:
    found = (tenure.facts.get(name) for tenure in tenures)
    return next((text for text in found if isinstance(text, str) and text.startswith(beginnings)), None)


def _address(tenures: Iterable[Tenure]) -> dict[str, object]:
    """Take the address from columns of the registry that are kept under the names of §5.1.1."""
    found = ({name: tenure.facts[name] for name in ADDRESS_MEMBERS if tenure.facts.get(name)} for tenure in tenures)
    return next((address for address in found if address), {})


def _contract(tenure: Tenure) -> dict[str, object]:
    members = {
        "reference": tenure.reference,
        "kind": tenure.kind,
        "role": tenure.role,
        "since": tenure.since.isoformat() if tenure.since else None,
        "until": tenure.until.isoformat() if tenure.until else None,
    }
    return {name: value for name, value in members.items() if value is not None}
