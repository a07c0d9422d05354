"""`config/landlords/<slug>.toml`: one landlord."""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from idp.domain.redirects import over_plain_http
from idp.settings.agreements import Consent, Privacy, Terms
from idp.settings.assistance import Assistance, Captcha, Leaving
from idp.settings.client import Client, on_loopback
from idp.settings.journey import FirstConnection, Ladder, PasswordRules, Recovery, Sessions, SignIn
from idp.settings.recipe import recipe_faults, vouched_faults
from idp.settings.registered_app import AppRegistration
from idp.settings.registration import Registration
from idp.settings.registry import Letters, Registry
from idp.settings.renewal import Renewal
from idp.settings.second_factor import SecondFactor
from idp.settings.section import Colour, EmailText, Section, Text
from idp.settings.social import Social
from idp.settings.support import Support
from idp.settings.tokens import Tokens
from idp.settings.wording import Wording

SLUG = "[a-z][a-z0-9-]{0,39}"
MOUNT = r"(/[a-z0-9][a-z0-9._-]{0,39})?"
SERVER_PATHS = ("/healthz", "/static")


class Brand(Section):
    """How the pages and mails look."""

    colour: Colour = "#1f4b99"
    """Colour of buttons and links on a light page; its contrast against white must reach 4.5."""
    colour_dark: Colour = "#8fb4ff"
    """The same on a dark page; its contrast against the dark page must reach 4.5."""
    mark: Path | None = None
    """SVG file with the landlord's mark; the name alone is shown without it."""


class Sender(Section):
    """Who the landlord's mails come from."""

    name: str
    """Name shown in the mailbox."""
    address: EmailText
    """Address of the sender, usually a noreply one."""
    reply_to: EmailText | None = None
    """Address for answers, where somebody reads them."""


class Contact(Section):
    """The person behind it all: named wherever a page can lead no further."""

    name: str
    """Who to ask for, such as the residents' desk."""
    phone: str | None = None
    """Telephone number, as people write it."""
    email: EmailText | None = None
    """E-mail address."""
    hours: str | None = None
    """When somebody answers."""

    @model_validator(mode="after")
    def _reachable(self) -> "Contact":
        if not (self.phone or self.email):
            raise ValueError("give a phone number or an e-mail address")
        return self


class LandlordFile(Section):
    """The whole of `config/landlords/<slug>.toml`."""

    issuer: str
    """A path such as `/paris` below the server's `public_url`, or an https address of the landlord's own."""
    name: str
    """Name of the landlord, as tenants know it."""
    home_url: str
    """Where a person goes who signed in without coming from an app: an address that starts a sign-in."""
    languages: Annotated[list[Literal["fr", "en"]], Field(min_length=1)] = ["fr", "en"]
    """Languages of the pages; the first is the default."""
    identifier_label: Text | None = None
    """What the notice calls the identifier, where it is not « Identifiant »."""
    identifier_hint: Text | None = None
    """Where on the notice the identifier stands."""
    identifier_picture: Path | None = None
    """SVG file with a picture of the notice on which the identifier is marked."""
    brand: Brand = Brand()
    sender: Sender
    contact: Contact
    wording: Wording = Wording()
    sign_in: SignIn = SignIn()
    social: list[Social] = []
    first_connection: FirstConnection = FirstConnection()
    registration: Registration | None = None
    letters: Letters = Letters()
    recovery: Recovery = Recovery()
    password: PasswordRules = PasswordRules()
    ladder: Ladder = Ladder()
    sessions: Sessions = Sessions()
    second_factor: SecondFactor = SecondFactor()
    renewal: Renewal = Renewal()
    captcha: Captcha = Captcha()
    terms: Terms | None = None
    consents: list[Consent] = []
    privacy: Privacy | None = None
    assistance: Assistance = Assistance()
    support: Support = Support()
    leaving: Leaving = Leaving()
    registry: Registry
    tokens: Tokens = Tokens()
    app_registration: AppRegistration = AppRegistration()
    clients: list[Client] = []

    @field_validator("issuer", "home_url")
    @classmethod
    def _https_outside_loopback(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme != "https" and not (parts.scheme == "http" and on_loopback(value)):
            raise ValueError("must be https outside the loopback")
        if not parts.hostname or parts.username or parts.fragment:
            raise ValueError("write https://host/path: no user and no fragment")
        return value

    @field_validator("issuer")
    @classmethod
    def _host_or_one_segment(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.query or parts.netloc != parts.netloc.lower() or not re.fullmatch(MOUNT, parts.path):
            raise ValueError(
                "a host in small letters, then nothing or one segment such as /paris, and no slash at the end"
            )
        if parts.path in SERVER_PATHS:
            raise ValueError(f"{parts.path} is an address of the server itself")
        return value

    @model_validator(mode="after")
    def _recipe_fits(self) -> "LandlordFile":
        problems = list(recipe_faults(self.registration, self.terms, self.consents, self.registry))
        problems += vouched_faults(self.registration, self.social, self.registry)
        if self.renewal.reproof and self.registration is None:
            problems.append("renewal.reproof asks for the facts of a registration, and there is none")
        if "proof" in self.recovery.identifier_by and "birth_date" not in self.registry.columns:
            problems.append("recovery.identifier_by: proof asks a birth_date, which the registry does not hold")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @model_validator(mode="after")
    def _codes_travel_protected(self) -> "LandlordFile":
        for client in self.clients if self.issuer.startswith("https://") else []:
            if plain := over_plain_http(client.redirect_uris, native=client.application_type == "native"):
                raise ValueError(f"{client.client_id}: {plain[0]} must be https, as the issuer is (RFC 9700 2.6)")
        return self

    @model_validator(mode="after")
    def _names_differ(self) -> "LandlordFile":
        _differ("clients share one client_id", [client.client_id for client in self.clients])
        _differ("social providers share one name", [social.slug for social in self.social])
        return self


def _differ(fault: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two {fault}: {', '.join(twice)}")


class Landlord(LandlordFile):
    """A landlord: its file, and the file's name."""

    slug: Annotated[str, Field(pattern=f"^{SLUG}$", exclude=True)]
    """Taken from the name of the file."""

    @property
    def mount(self) -> str:
        """Path of the issuer below its host: `/paris`, or nothing for a landlord with its own host."""
        return urlsplit(self.issuer).path

    @property
    def secure(self) -> bool:
        """Whether browsers reach the landlord over https."""
        return self.issuer.startswith("https://")

    @property
    def reminds(self) -> bool:
        """Whether « Identifiant oublié » is offered: people sign in by a reference, and there is a way to get it."""
        return "reference" in self.sign_in.by and bool(self.recovery.identifier_by)

    @property
    def adds_contracts(self) -> bool:
        """Whether « Ajouter un contrat » is offered: there is a proof that people can give by themselves."""
        return self.registration is not None or self.first_connection.offered

    @property
    def desks(self) -> list[Client]:
        """The apps in which advisers see what somebody sees."""
        return [client for client in self.clients if client.support]

    def client(self, client_id: str) -> Client | None:
        """Find an app by its `client_id`."""
        return next((client for client in self.clients if client.client_id == client_id), None)
