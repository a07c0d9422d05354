"""`[[social]]`: by whose accounts people may sign in, and the catalogue of the providers that are known."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from idp.settings.client import Algorithm, on_loopback
from idp.settings.section import Section, Text

Kind = Literal["google", "linkedin", "microsoft", "apple", "facebook", "x", "franceconnect", "oidc"]
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")


class Provider(Section):
    """What the catalogue knows of a provider; one file each in `providers/`."""

    name: str
    """Name of the provider, as its own brand rules write it."""
    protocol: Literal["oidc", "oauth2"] = "oidc"
    """OpenID Connect with an ID token, or OAuth 2.0 with a question about the person afterwards."""
    issuer: str = ""
    """Who vouches for the person: with `subject`, the key of an account that is linked."""
    authorization_endpoint: str = ""
    """Where the browser is sent; discovered for OpenID Connect."""
    token_endpoint: str = ""
    """Where the code is redeemed; discovered for OpenID Connect."""
    userinfo_endpoint: str = ""
    """Where the person is asked about; discovered for OpenID Connect."""
    hosts: list[str] = []
    """Hosts that belong to the provider: nothing is sent or fetched elsewhere."""
    scopes: list[str] = ["openid", "email"]
    """What is asked for."""
    scope_separator: str = " "
    """What stands between two scopes."""
    parameters: dict[str, str] = {}
    """Further parameters of the authorization request."""
    auth: Literal["client_secret_basic", "client_secret_post", "signed_by_team"] = "client_secret_post"
    """How the landlord shows who it is."""
    pkce: bool = True
    """Whether the provider takes a proof of possession of the code (RFC 7636)."""
    nonce: bool = True
    """Whether the ID token brings the nonce back."""
    algorithms: list[Algorithm] = ["RS256"]
    """What the provider signs with."""
    userinfo: Literal["none", "json", "signed"] = "none"
    """Whether the person is asked about beside the ID token, and whether that answer is signed."""
    subject: str = "sub"
    """Where the answer names the person; `a.b` is `b` within `a`."""
    email: str = "email"
    """Where the answer has an address."""
    email_verified: str = "email_verified"
    """Where the answer says that the address is verified; empty where it never does."""
    email_confirmed: bool = False
    """Whether every address that the provider gives is one that its owner has confirmed."""
    app_secret_proof: bool = False
    """Whether questions carry a proof that the secret is known (`appsecret_proof`)."""
    civil: bool = False
    """Whether it vouches for names at birth and the birth date, as the state has them."""
    ends_session: bool = False
    """Whether signing out may go on to the provider's own sign-out."""
    about: str = ""
    """Address that explains the provider to people, where it demands that link."""


class Social(Section):
    """A provider by whose accounts people may sign in; its button is shown once its credentials are there."""

    provider: Kind
    """Which one; `oidc` is any other OpenID provider, such as the landlord's own."""
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")] | None = None
    """Name in addresses, where two are of the same kind; else that of `provider`. The redirect URI to register is
    `<issuer>/social/<name>/callback`."""
    label: Text | None = None
    """What the button calls it, where it is not the provider's own name."""
    mark: Path | None = None
    """SVG file with the mark on its button: for an `oidc` provider, or for FranceConnect, which hands its own out."""
    client_id: str = ""
    """Name of the landlord's app at the provider; empty for none yet."""
    secret_file: Path
    """File (mode 0600) with the secret that the provider gave, for Apple the private key; `env:NAME` takes it from
    the environment."""
    team_id: str = ""
    """The landlord's team, for Apple."""
    key_id: str = ""
    """Name of the private key, for Apple."""
    issuer: str = ""
    """Issuer of an `oidc` provider, or another one than usual, such as a tenant of Microsoft's."""
    authorization_endpoint: str = ""
    """Another address than the catalogue's, where the provider has moved it."""
    token_endpoint: str = ""
    """Another address than the catalogue's, where the provider has moved it."""
    userinfo_endpoint: str = ""
    """Another address than the catalogue's, where the provider has moved it."""
    hosts: list[str] = []
    """Further hosts of the provider, where its addresses are not all at the issuer's."""
    scopes: list[str] = []
    """Other scopes than usual."""

    @property
    def slug(self) -> str:
        """Name in addresses and in the audit trail."""
        return self.name or self.provider

    @property
    def known(self) -> Provider:
        """What is known of the provider: the catalogue's, with what the landlord says otherwise."""
        said = {name: getattr(self, name) for name in (*ENDPOINTS, "issuer", "scopes") if getattr(self, name)}
        provider = catalogue()[self.provider].model_copy(update=said)
        own = [urlsplit(getattr(self, name)).hostname for name in (*ENDPOINTS, "issuer")]
        return provider.model_copy(update={"hosts": [*provider.hosts, *self.hosts, *filter(None, own)]})

    def called(self, language: str) -> str:
        """Name the provider as people know it, in a language where there is a label in it."""
        labels = {str(code): text for code, text in (self.label or {}).items()}
        return labels.get(language) or next(iter(labels.values()), self.known.name)

    @model_validator(mode="after")
    def _complete(self) -> "Social":
        if self.provider == "oidc" and not (self.issuer and self.label):
            raise ValueError("an oidc provider needs its issuer, and a label for its button")
        if self.provider == "apple" and self.client_id and not (self.team_id and self.key_id):
            raise ValueError("apple needs team_id and key_id")
        for name in (*ENDPOINTS, "issuer"):
            _check_address(name, getattr(self, name))
        return self


def _check_address(name: str, address: str) -> None:
    parts = urlsplit(address)
    if not address:
        return
    if parts.scheme != "https" and not (parts.scheme == "http" and on_loopback(address)):
        raise ValueError(f"{name}: must be https (http is for a demonstration on the loopback only)")
    if not parts.hostname or parts.username or parts.fragment or (name == "issuer" and parts.query):
        raise ValueError(f"{name}: write https://host/path, no user and no fragment")


@cache
def catalogue() -> Mapping[Kind, Provider]:
    """Read what is known of each provider."""
    folder = files("idp.settings") / "providers"
    return {
        kind: Provider.model_validate(tomllib.loads((folder / f"{kind}.toml").read_text(encoding="utf-8")))
        for kind in get_args(Kind)
    }
