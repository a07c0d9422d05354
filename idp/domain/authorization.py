"""An authorization request that passed every check, and the two answers there are to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

ResponseMode = Literal["query", "form_post", "query.jwt", "form_post.jwt"]
"""How an answer travels; with `.jwt` as one signed token (JARM)."""


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where the answer to a request goes, known before the rest of it is checked.

    Attributes:
        redirect_uri: registered for the app.
        response_mode: how the answer goes there.
        state: text that goes back untouched.
    """

    redirect_uri: str
    response_mode: ResponseMode
    state: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """What an app asked for (OpenID Connect Core §3.1.2.1), checked and reduced to what it may have.

    Attributes:
        client_id: the app.
        redirect_uri: where the answer goes, registered for the app.
        response_mode: how the answer goes there.
        scope: what is asked for and allowed, in the order asked.
        state: text that goes back untouched.
        nonce: text that goes into the ID token.
        code_challenge: S256 challenge of RFC 7636.
        prompt: what the person must be shown.
        max_age: most seconds since the person signed in.
        login_hint: identifier to fill in.
        ui_locales: languages wished for, the best first.
        expected_sub: the only person who may answer, where the app names one.
        id_token_claims: claims asked for in the ID token.
        userinfo_claims: claims asked for at userinfo.
        dpop_jkt: thumbprint of the key that the code is for, where the app names one (RFC 9449 §10).
        essential_acr: levels of assurance one of which the sign-in must reach (OpenID Connect Core §5.5.1.1).
        resources: APIs that its access tokens are for (RFC 8707).
        pushed: number of the pushed request that this is, where the app pushed it (RFC 9126).
    """

    client_id: str
    redirect_uri: str
    response_mode: ResponseMode = "query"
    scope: tuple[str, ...]
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    login_hint: str | None = None
    ui_locales: tuple[str, ...] = ()
    expected_sub: str | None = None
    id_token_claims: tuple[str, ...] = ()
    userinfo_claims: tuple[str, ...] = ()
    dpop_jkt: str | None = None
    essential_acr: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    pushed: int | None = None

    @property
    def reply_to(self) -> ReplyTo:
        """Where the answer goes."""
        return ReplyTo(self.redirect_uri, self.response_mode, self.state)


LISTS = ("scope", "prompt", "ui_locales", "id_token_claims", "userinfo_claims", "essential_acr", "resources")


def write_request(request: AuthorizationRequest) -> dict[str, object]:
    """Write a request as JSON values; what is absent is left out."""
    values = {name: getattr(request, name) for name in AuthorizationRequest.__dataclass_fields__}
    return {
        name: list(value) if name in LISTS else value for name, value in values.items() if value not in (None, ())
    }


def read_request(stored: Mapping[str, object]) -> AuthorizationRequest:
    """Read what `write_request` wrote."""
    values: dict[str, Any] = {
        name: tuple(cast(list[str], value)) if name in LISTS else value for name, value in stored.items()
    }
    return AuthorizationRequest(**values)


@dataclass(frozen=True, slots=True)
class AuthorizationResponse:
    """Parameters on their way to an app's redirect URI (RFC 6749 §4.1.2)."""

    redirect_uri: str
    response_mode: ResponseMode
    parameters: Mapping[str, str]


def granted(reply_to: ReplyTo, issuer: str, code: str) -> AuthorizationResponse:
    """Answer with a code (RFC 6749 §4.1.2, RFC 9207 §2)."""
    return _response(reply_to, issuer, {"code": code})


def refused(reply_to: ReplyTo, issuer: str, error: str, description: str) -> AuthorizationResponse:
    """Answer with an error (RFC 6749 §4.1.2.1, RFC 9207 §2).

    Args:
        reply_to: where the answer goes.
        issuer: who answers.
        error: the error's registered name.
        description: words for the app's developer, plain ASCII without quotes.
    """
    return _response(reply_to, issuer, {"error": error, "error_description": description})


def _response(reply_to: ReplyTo, issuer: str, parameters: dict[str, str]) -> AuthorizationResponse:
    state = {} if reply_to.state is None else {"state": reply_to.state}
    return AuthorizationResponse(
        reply_to.redirect_uri, reply_to.response_mode, {**parameters, **state, "iss": issuer}
    )
