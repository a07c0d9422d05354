"""What apps are told about a person (OpenID Connect Core §5.1): absent rather than empty or null."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from operator import attrgetter

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


def select(person: Person, names: Container[str]) -> dict[str, object]:
    """Pick claims about a person.

    Args:
        person: whom they are about.
        names: what is asked for and allowed.

    Returns:
        those of the claims that are known and not empty.
    """
    found = {name: claim(person) for name, claim in CLAIMS.items() if name in names}
    return {name: value for name, value in found.items() if value not in (None, "", {}, [])}


def _name(person: Person) -> str:
    return " ".join(filter(None, (_given_name(person), _family_name(person))))


def _given_name(person: Person) -> str | None:
    return person.tenures[0].first_name if person.tenures else None


def _family_name(person: Person) -> str | None:
    return person.tenures[0].last_name if person.tenures else None


def _birthdate(person: Person) -> str | None:
    return next((tenure.birth_date.isoformat() for tenure in person.tenures if tenure.birth_date), None)


def _gender(person: Person) -> str | None:
    civility = person.tenures[0].civility if person.tenures else None
    return GENDERS.get(civility.strip().rstrip(".").casefold()) if civility else None


def _phone_number(person: Person) -> str | None:
    return next((tenure.phone for tenure in person.tenures if tenure.phone), None)


def _fact(name: str, beginnings: tuple[str, ...], person: Person) -> str | None:
    for tenure in person.tenures:
        text = tenure.facts.get(name)
        if isinstance(text, str) and text.startswith(beginnings):
            return text
    return None


def _address(person: Person) -> dict[str, object]:
    """Take the address from columns of the registry that are kept under the names of §5.1.1."""
    facts = (tenure.facts for tenure in person.tenures)
    found = ({name: of_tenure[name] for name in ADDRESS_MEMBERS if of_tenure.get(name)} for of_tenure in facts)
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


CLAIMS: Mapping[str, Callable[[Person], object]] = {
    "name": _name,
    "given_name": _given_name,
    "family_name": _family_name,
    "birthdate": _birthdate,
    "gender": _gender,
    "locale": attrgetter("locale"),
    "updated_at": lambda person: int(person.updated_at.timestamp()),
    "email": attrgetter("email"),
    "email_verified": lambda person: person.email_verified if person.email else None,
    "phone_number": _phone_number,
    "phone_number_verified": lambda person: False if _phone_number(person) else None,
    "address": _address,
    "contracts": lambda person: [_contract(tenure) for tenure in person.tenures],
    "landlord": lambda person: {"slug": person.landlord[0], "name": person.landlord[1]},
    **{name: partial(_fact, name, ("",)) for name in FACTS},
    **{name: partial(_fact, name, WEB) for name in LINKS},
}
"""What makes each claim of what is known of a person."""
