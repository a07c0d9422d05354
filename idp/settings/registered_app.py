"""Apps that stand in the database: the same model as those of the file, with less to choose (RFC 7591 §2)."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, ValidationError, field_validator, model_validator

from idp.domain.redirects import RedirectFaultError
from idp.settings.client import Algorithm, Client, GrantType, Scope
from idp.settings.section import Section

NAME_LIMIT = 100
URI_LIMIT = 500
URIS_LIMIT = 20
BEYOND_WORDS = re.compile(r"[^ !#-\[\]-~]")
GRANT_TYPES = ("authorization_code", "refresh_token")


class AppRegistration(Section):
    """Apps that register themselves over the network, with a token of the administrator's (`idp clients token`)."""

    offered: bool = False
    """Whether there is `/register` (RFC 7591, RFC 7592)."""
    scopes: list[Scope] = ["openid", "profile", "email", "contracts"]
    """Most that such an app may ask for. People are always asked first."""


class RegisteredApp(Client):
    """An app of the database: its secret is there as a digest, and it is never the landlord's own."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_LIMIT)]
    """Name of the app as people know it."""
    grant_types: list[GrantType] = ["authorization_code"]
    """What the app may ask for tokens with; the others are the file's to give."""
    redirect_uris: Annotated[
        list[Annotated[str, Field(max_length=URI_LIMIT)]], Field(min_length=1, max_length=URIS_LIMIT)
    ]
    """Where codes may be sent; compared character by character."""
    post_logout_redirect_uris: Annotated[
        list[Annotated[str, Field(max_length=URI_LIMIT)]], Field(max_length=URIS_LIMIT)
    ] = []
    """Where a browser may be sent after sign-out."""

    @field_validator("name", "redirect_uris", "post_logout_redirect_uris")
    @classmethod
    def _storable(cls, value: str | list[str]) -> str | list[str]:
        for text in [value] if isinstance(value, str) else value:
            if not text.isprintable():
                raise ValueError("control characters have no place here")
        return value

    @model_validator(mode="after")
    def _secret_fits(self) -> "RegisteredApp":
        """A native app may have one: each copy registers for itself, and has its own (RFC 8252 §8.4)."""
        if self.secret_file is not None or self.first_party or self.support or self.exchanges:
            raise ValueError("only the landlord's file can say this of an app")
        if set(self.grant_types) - set(GRANT_TYPES):
            raise ValueError(f"grant_types: such apps have {', '.join(GRANT_TYPES)} and no other")
        return self


def check(fields: Mapping[str, object], scopes: list[Scope], algorithms: tuple[Algorithm, ...]) -> RegisteredApp:
    """Judge what an app says of itself by the rules of the file, and by what the landlord lets such apps have.

    Args:
        fields: the settings of a client.
        scopes: most that it may ask for.
        algorithms: those the landlord has keys for.

    Raises:
        RedirectFaultError: when an address is not fit, in words for the app's developer.
        ValueError: when anything else is not, in such words.
    """
    try:
        app = RegisteredApp.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"][:1])
        words = f"{place}: {first['msg'].removeprefix('Value error, ')}".removeprefix(": ")
        raised = first.get("ctx", {}).get("error")
        of_redirect = place == "redirect_uris" or isinstance(raised, RedirectFaultError)
        raise (RedirectFaultError if of_redirect else ValueError)(plain(words)) from None
    if wider := set(app.scopes) - set(scopes):
        raise ValueError(f"scope: {', '.join(sorted(wider))} is more than such apps may ask for")
    if {app.signing_alg, app.userinfo_signed_response_alg or app.signing_alg} - set(algorithms):
        raise ValueError(f"the server signs with {', '.join(algorithms)}")
    return app


def plain(words: str) -> str:
    """Write words as an `error_description` may hold them (RFC 6749 §5.2)."""
    return BEYOND_WORDS.sub("", words)[:300]
