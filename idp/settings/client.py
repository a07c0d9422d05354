"""`[[clients]]`: the landlord's apps."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from idp.domain import redirects
from idp.settings import fapi
from idp.settings.exchange import TOKEN_EXCHANGE, Exchange
from idp.settings.fapi import Profile
from idp.settings.key_sets import read
from idp.settings.section import Section

Scope = Literal["openid", "profile", "email", "phone", "address", "contracts", "offline_access"]
GrantType = Literal[
    "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"
]
Algorithm = Literal["RS256", "ES256", "PS256", "Ed25519"]
Link = Annotated[str, Field(pattern=r"^https://[A-Za-z0-9.:-]+(/[^\s]*)?$")]
Resource = Annotated[str, Field(pattern=r'^[A-Za-z][A-Za-z0-9+.-]*:[!"$-~]{1,300}$')]
LOGOUT_URI = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/%?&=+:@!$*-]*)?")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def on_loopback(url: str) -> bool:
    """Tell whether a URL names this very machine, so that plain http is no risk."""
    host = urlsplit(url).hostname or ""
    return host in LOOPBACK or host.endswith(".localhost")


def origin_of(url: str) -> str:
    """Return the scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class Client(Section):
    """An app of the landlord that trusts the provider's tokens (RFC 6749 §2, RFC 7591 §2)."""

    client_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{1,100}$")]
    """Name of the app in protocol messages."""
    name: str
    """Name of the app as people know it."""
    profile: Profile = "plain"
    """`fapi2` holds the app to the FAPI 2.0 Security Profile: pushed requests, signatures in place of a secret, bound
    tokens, no RS256; `fapi2_message_signing` to signed requests and answers as well. It sets what these need."""
    auth: Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"] = "client_secret_basic"
    """How the app shows who it is at the token endpoint; `none` for apps that cannot keep a secret."""
    jwks: dict[str, list[dict[str, str]]] | str | None = None
    """The app's public keys (RFC 7517), for `private_key_jwt` and signed requests: a table, the path of a JSON file,
    or the https address where the app publishes them. They are fetched from that host and from no other."""
    secret_file: Path | None = None
    """File (mode 0600) with the app's secret, at least 32 characters; `env:NAME` takes it from the environment."""
    application_type: Literal["web", "native"] = "web"
    """`native` allows private-use schemes and any port on the loopback (RFC 8252); the app's `auth` is `none`."""
    grant_types: list[GrantType] = ["authorization_code", "refresh_token"]
    """What the app may ask for tokens with; `client_credentials` is for what a server does in nobody's name."""
    redirect_uris: list[str]
    """Where codes may be sent, over https; compared character by character. Empty for an app that signs nobody in."""
    post_logout_redirect_uris: list[str] = []
    """Where a browser may be sent after sign-out."""
    backchannel_logout_uri: str | None = None
    """Where the app is told directly that a session has ended (Back-Channel Logout 1.0)."""
    frontchannel_logout_uri: str | None = None
    """What the browser opens unseen when the person signs out (Front-Channel Logout 1.0), for apps that the server
    cannot reach; at the host of a redirect URI."""
    scopes: list[Scope] = ["openid", "profile", "email", "contracts"]
    """Most the app may ask for."""
    first_party: bool = False
    """Whether it is an app of the landlord's own, which people need not be asked about. They are asked about any
    other app before it gets anything of theirs."""
    subject_type: Literal["public", "pairwise"] = "public"
    """Whether the app knows people by the same `sub` as others do, or by one that only apps of its sector share
    (OpenID Connect Core §8). A change makes everybody a stranger to the app."""
    sector_identifier: Annotated[str, Field(pattern=r"^[a-z0-9.-]{1,253}$")] | None = None
    """Host that names the sector of a `pairwise` app; without it, the one host of its redirect URIs."""
    policy_uri: Link | None = None
    """Where the app says what it does with people's data; linked where they are asked."""
    tos_uri: Link | None = None
    """Where the app's terms of use stand; linked where people are asked."""
    service_scopes: list[Annotated[str, Field(pattern=r"^[!#-\[\]-~]{1,60}$")]] = []
    """Most the app may ask for in its own name, with `client_credentials`; these words are the landlord's own."""
    resources: list[Resource] = []
    """APIs that the app may have access tokens for (RFC 8707): absolute URIs without fragment."""
    signing_alg: Algorithm = "RS256"
    """Algorithm of the app's ID tokens and access tokens; the server has keys for those that an app uses."""
    userinfo_signed_response_alg: Algorithm | None = None
    """Algorithm of the app's userinfo answers, which are plain JSON without it."""
    pkce: Literal["required", "off"] = "required"
    """Proof of possession of the code (RFC 7636, S256); `off` only for old confidential apps."""
    require_pushed_authorization_requests: bool = False
    """Whether the app's authorization requests must be pushed first (RFC 9126 §6)."""
    require_signed_request_object: bool = False
    """Whether the app's authorization requests must be signed with a key in `jwks` (RFC 9101 §10.5)."""
    support: bool = False
    """Whether the app is the desk of the landlord's advisers, who see what somebody sees (`scopes`) when they have
    said yes to it (`idp support`)."""
    dpop_bound_access_tokens: bool = False
    """Whether the app gets no tokens but such as are bound to a key it holds (DPoP, RFC 9449 §5.2)."""
    require_dpop_nonce: bool = False
    """Whether the app's proofs of a key must hold a nonce of the server (RFC 9449 §8): then none is made ahead."""
    refresh_rotation: bool = True
    """Whether each use of a refresh token gives a new one; else the app must show who it is, or bind its tokens."""
    exchanges: list[Exchange] = []

    def may_ask_with(self, grant_type: str) -> bool:
        """Tell whether the app may ask for tokens with a grant type; exchanging needs a policy and nothing else."""
        exchanges = self.support or bool(self.exchanges)
        return grant_type in self.grant_types or (grant_type == TOKEN_EXCHANGE and exchanges)

    @property
    def support_scopes(self) -> list[str]:
        """What advisers see of somebody who has said yes: never longer than they may look."""
        return [scope for scope in self.scopes if scope != "offline_access"]

    def may_sign_with(self, alg: object) -> bool:
        """Tell whether the app's own signatures may be made with an algorithm, as far as its profile says."""
        return not self.is_fapi or alg != fapi.WEAK

    @property
    def is_fapi(self) -> bool:
        """Whether the app is held to a profile of FAPI 2.0."""
        return self.profile != fapi.PLAIN

    @property
    def signs_messages(self) -> bool:
        """Whether the app is held to FAPI 2.0 Message Signing."""
        return self.profile == fapi.MESSAGE_SIGNING

    @property
    def has_bound_refresh_tokens(self) -> bool:
        """Whether refresh tokens stay with their key: where nothing else shows whose they are (RFC 9449 §5)."""
        return self.auth == "none"

    def may_answer_at(self, uri: str) -> bool:
        """Tell whether answers for the app may go to a URI."""
        return redirects.is_registered(uri, self.redirect_uris, native=self.application_type == "native")

    @model_validator(mode="before")
    @classmethod
    def _profile_on(cls, values: Any) -> Any:
        return fapi.turn_on(values)

    @model_validator(mode="after")
    def _profile_fits(self) -> "Client":
        if found := "; ".join(fapi.contradictions(dict(self))):
            raise ValueError(found)
        return self

    @model_validator(mode="after")
    def _grants_fit(self) -> "Client":
        if ("authorization_code" in self.grant_types) != bool(self.redirect_uris):
            raise ValueError("redirect_uris belong to apps with the grant type authorization_code, and to no other")
        if "offline_access" in self.scopes and "refresh_token" not in self.grant_types:
            raise ValueError("the scope offline_access needs the grant type refresh_token")
        if not self.refresh_rotation and self.auth == "none" and not self.dpop_bound_access_tokens:
            raise ValueError("refresh_rotation = false is for apps that show who they are, or whose tokens are bound")
        if "client_credentials" in self.grant_types and self.auth == "none":
            raise ValueError("client_credentials is for apps that can keep a secret")
        if self.service_scopes and "client_credentials" not in self.grant_types:
            raise ValueError("service_scopes need the grant type client_credentials")
        if mixed := set(self.service_scopes) & set(get_args(Scope)):
            raise ValueError(f"service_scopes: {', '.join(sorted(mixed))} is about people")
        return self

    @model_validator(mode="after")
    def _exchanges_fit(self) -> "Client":
        if (self.exchanges or self.support) and self.auth == "none":
            raise ValueError("exchanges and support are for apps that can keep a secret")
        if self.support and not (self.first_party and "openid" in self.scopes):
            raise ValueError("support is for an app of the landlord's own (first_party) with the scope openid")
        named = {word for exchange in self.exchanges for word in exchange.scopes}
        if wider := named - ({*self.scopes} - {"offline_access"}):
            raise ValueError(f"exchanges: {', '.join(sorted(wider))} is not among the app's scopes, or never given")
        return self

    @model_validator(mode="after")
    def _keys_fit(self) -> "Client":
        if self.auth == "private_key_jwt" and self.jwks is None:
            raise ValueError("private_key_jwt needs the app's public keys: jwks")
        if self.require_signed_request_object and self.jwks is None:
            raise ValueError("require_signed_request_object needs the app's public keys: jwks")
        if isinstance(self.jwks, dict):
            read(self.jwks)
        if self.jwks_uri:
            parts = urlsplit(self.jwks_uri)
            if parts.scheme != "https" and not on_loopback(self.jwks_uri):
                raise ValueError(f"{self.jwks}: must be https (http is for a demonstration on the loopback only)")
            if not parts.hostname or parts.username or parts.fragment:
                raise ValueError(f"{self.jwks}: write https://host/path, no user and no fragment")
        return self

    @property
    def jwks_uri(self) -> str | None:
        """Where the app publishes its keys, if it does."""
        return self.jwks if isinstance(self.jwks, str) and self.jwks.startswith(("https://", "http://")) else None

    @model_validator(mode="after")
    def _secret_fits(self) -> "Client":
        if (self.auth in ("none", "private_key_jwt")) != (self.secret_file is None):
            raise ValueError("secret_file belongs to every app whose auth is a client_secret, and to no other")
        if self.application_type == "native" and self.auth != "none":  # RFC 6749 §10.1, RFC 8252 §8.5
            raise ValueError('a native app cannot keep a secret: auth = "none"')
        return self

    @model_validator(mode="after")
    def _uris_fit(self) -> "Client":
        if self.auth == "none" and self.pkce == "off":
            raise ValueError('pkce = "off" is for apps with a secret only')
        for uri in [*self.redirect_uris, *self.post_logout_redirect_uris]:
            parts = urlsplit(uri)
            if fault := redirects.fault_of(uri):
                raise redirects.RedirectFaultError(f"{uri}: {fault}")
            private_use = self.application_type == "native" and "." in parts.scheme
            if not (parts.scheme == "https" or (on_loopback(uri) and parts.scheme == "http") or private_use):
                raise redirects.RedirectFaultError(f"{uri}: must be https (http is for the loopback only)")
        return self

    @property
    def sector(self) -> str:
        """Whose apps know people by the same names; never fetched (OpenID Connect Core §8.1)."""
        return self.sector_identifier or next(iter(self._hosts()), "")

    def _hosts(self) -> set[str]:
        return {urlsplit(uri).hostname or "" for uri in self.redirect_uris if not on_loopback(uri)}

    @model_validator(mode="after")
    def _sector_fits(self) -> "Client":
        one_host = len(self._hosts()) == 1 and self.sector
        if self.subject_type == "pairwise" and not self.sector_identifier and not one_host:
            raise ValueError("a pairwise app whose redirect_uris are not all at one host needs a sector_identifier")
        return self

    @model_validator(mode="after")
    def _logout_uris_fit(self) -> "Client":
        for uri in (self.backchannel_logout_uri, self.frontchannel_logout_uri):
            if uri is None:
                continue
            parts = urlsplit(uri)
            if not LOGOUT_URI.fullmatch(uri) or parts.username:
                raise ValueError(f"{uri}: an address without user, fragment and signs that must be written as %..")
            if parts.scheme != "https" and not on_loopback(uri):
                raise ValueError(f"{uri}: must be https (http is for the loopback only)")
        front = self.frontchannel_logout_uri
        if front and origin_of(front) not in map(origin_of, self.redirect_uris):
            raise ValueError(f"{front}: must be at the scheme, host and port of a redirect URI")
        return self
