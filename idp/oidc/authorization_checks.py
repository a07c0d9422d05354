"""The checks of an authorization request, in the order they are made."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import cast

from idp.domain import assurance, claims, claims_request, pkce, possession, resources
from idp.domain.authorization import AuthorizationRequest, ReplyTo, ResponseMode
from idp.domain.claims_request import ClaimsRequest
from idp.oidc import hints
from idp.oidc.parameters import Parameters, several
from idp.services.work import Work
from idp.settings.client import Client
from idp.settings.landlord import Landlord

PUSHED = "urn:ietf:params:oauth:request_uri:"
"""What every reference of a pushed request begins with (RFC 9126 §2.2)."""
RESPONSE_MODES: Mapping[str, ResponseMode] = {
    "query": "query",
    "form_post": "form_post",
    "query.jwt": "query.jwt",
    "form_post.jwt": "form_post.jwt",
    "jwt": "query.jwt",  # the short name for what a code usually takes (JARM §2.3.4)
}
WEB = ("https://", "http://")
PROMPTS = ("none", "login", "consent", "select_account", "create")
NONCE_LIMIT = 1000
HINT_LIMIT = 254
LOCALES_LIMIT = 10
AGE_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Refusal:
    """The error an app gets at its redirect URI (RFC 6749 §4.1.2.1)."""

    error: str
    description: str


def reply_to(request: Parameters, client: Client) -> ReplyTo | None:
    """Find where the answer goes; None where the request names no address that is registered."""
    uri = request.get("redirect_uri", "")
    if not client.may_answer_at(uri):
        return None
    mode = RESPONSE_MODES.get(request.get("response_mode", "query"), "query")
    if not uri.startswith(WEB):
        mode = "query.jwt" if mode.endswith(".jwt") else "query"
    return ReplyTo(uri, mode, request.get("state"))


def no_request_uri(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """OpenID Connect Core §6.2; references of pushed requests do not come here."""
    if "request_uri" in request:
        return Refusal("request_uri_not_supported", "request_uri is for pushed requests only")
    return None


def no_registration(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """OpenID Connect Core §7.2.1."""
    if "registration" in request:
        return Refusal("registration_not_supported", "registration is not supported")
    return None


def response_type_is_code(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """RFC 6749 §4.1.1, RFC 9700 §2.1.2."""
    if "response_type" not in request:
        return Refusal("invalid_request", "response_type is missing")
    if request["response_type"] != "code":
        return Refusal("unsupported_response_type", "the only response_type is code")
    return None


def response_mode_is_known(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """OAuth 2.0 Multiple Response Type Encoding Practices §2.1, Form Post Response Mode §2, JARM §2.3."""
    mode = request.get("response_mode", "query")
    if mode not in RESPONSE_MODES:
        return Refusal("invalid_request", "response_mode must be query or form_post, with or without .jwt")
    if mode.startswith("form_post") and not request["redirect_uri"].startswith(WEB):
        return Refusal("invalid_request", "form_post needs a web address")
    return None


def answer_is_signed(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """FAPI 2.0 Message Signing §5.4."""
    if client.signs_messages and not request.get("response_mode", "").endswith("jwt"):
        return Refusal("invalid_request", "this app must have its answers signed: response_mode jwt")
    return None


def scope_is_allowed(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """RFC 6749 §3.3."""
    return None if _scope(request, client) else Refusal("invalid_scope", "no scope that this app may ask for")


def resources_are_the_apps(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """RFC 8707 §2."""
    if resources.narrow(several(request, "resource"), (), client.resources, landlord.issuer) is None:
        return Refusal("invalid_target", "resource names an API that this app may not have tokens for")
    return None


def challenge_is_s256(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """RFC 7636 §4.4.1, RFC 9700 §2.1.1; an empty challenge is not the same as none."""
    if "code_challenge" not in request and "code_challenge_method" not in request:
        return Refusal("invalid_request", "code_challenge is missing") if client.pkce == "required" else None
    if request.get("code_challenge_method") != "S256":
        return Refusal("invalid_request", "code_challenge_method must be S256")
    if not pkce.CHALLENGE.fullmatch(request.get("code_challenge", "")):
        return Refusal("invalid_request", "code_challenge must be 43 base64url characters")
    return None


def key_is_a_thumbprint(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """RFC 9449 §10."""
    if "dpop_jkt" not in request or possession.THUMBPRINT.fullmatch(request["dpop_jkt"]):
        return None
    return Refusal("invalid_request", "dpop_jkt must be a thumbprint of 43 base64url characters")


def nonce_is_short(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """OpenID Connect Core §3.1.2.1."""
    return Refusal("invalid_request", "nonce is too long") if len(request.get("nonce", "")) > NONCE_LIMIT else None


def prompt_is_known(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """OpenID Connect Core §3.1.2.1, Initiating User Registration §4.1."""
    values = _words(request, "prompt")
    if not set(values) <= set(PROMPTS):
        return Refusal("invalid_request", "prompt has an unknown value")
    return Refusal("invalid_request", "prompt=none stands alone") if "none" in values and len(values) > 1 else None


def max_age_is_a_number(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """OpenID Connect Core §3.1.2.1."""
    age = request.get("max_age", "0")
    if age.isascii() and age.isdigit() and len(age) <= AGE_DIGITS:
        return None
    return Refusal("invalid_request", "max_age must be a number of seconds")


def claims_are_readable(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """OpenID Connect Core §5.5."""
    try:
        _claims(request)
    except ValueError:
        return Refusal("invalid_request", "claims is no JSON object of the expected form")
    return None


def acr_is_attainable(request: Parameters, client: Client, landlord: Landlord) -> Refusal | None:
    """OpenID Connect Core §5.5.1.1, Unmet Authentication Requirements §2; a mere wish refuses nothing."""
    wanted = _claims(request).essential_acr
    if not wanted or _attainable(wanted, landlord):
        return None
    return Refusal("unmet_authentication_requirements", "nobody can sign in here at an acr that the app insists on")


Check = Callable[[Parameters, Client, Landlord], Refusal | None]
CHECKS: tuple[Check, ...] = (
    no_request_uri,
    no_registration,
    response_type_is_code,
    response_mode_is_known,
    answer_is_signed,
    scope_is_allowed,
    resources_are_the_apps,
    challenge_is_s256,
    key_is_a_thumbprint,
    nonce_is_short,
    prompt_is_known,
    max_age_is_a_number,
    claims_are_readable,
    acr_is_attainable,
)


def examine(work: Work, request: Parameters, client: Client, reply: ReplyTo) -> AuthorizationRequest | Refusal:
    """Make every check in order, for requests that come with a browser and for pushed ones alike.

    Args:
        work: the transaction.
        request: the parameters.
        client: the app.
        reply: where the answer goes.

    Returns:
        what the app may have, or the first refusal.
    """
    refusal = next((refusal for check in CHECKS if (refusal := check(request, client, work.landlord))), None)
    if refusal is not None:
        return refusal
    hint = hints.read(work, request["id_token_hint"]) if "id_token_hint" in request else None
    if "id_token_hint" in request and (hint is None or hint.client_id != client.client_id):
        return Refusal("invalid_request", "id_token_hint is no ID token of this app")
    return _accept(work.landlord, request, client, reply, hint.sub if hint else None)


def _accept(
    landlord: Landlord, request: Parameters, client: Client, reply: ReplyTo, expected_sub: str | None
) -> AuthorizationRequest:
    """Reduce a request that passed every check to what the app may have."""
    asked = _claims(request)
    allowed = claims.names_of(client.scopes)
    max_age = request.get("max_age")
    return AuthorizationRequest(
        client_id=client.client_id,
        redirect_uri=reply.redirect_uri,
        response_mode=reply.response_mode,
        scope=_scope(request, client),
        state=reply.state,
        nonce=request.get("nonce"),
        code_challenge=request.get("code_challenge"),
        dpop_jkt=request.get("dpop_jkt"),
        essential_acr=_attainable(asked.essential_acr, landlord),
        resources=several(request, "resource"),
        prompt=_words(request, "prompt"),
        max_age=None if max_age is None else int(max_age),
        login_hint=hint if len(hint := request.get("login_hint", "")) <= HINT_LIMIT else None,
        ui_locales=_words(request, "ui_locales")[:LOCALES_LIMIT],
        expected_sub=expected_sub or asked.sub,
        id_token_claims=tuple(name for name in asked.id_token if name in allowed),
        userinfo_claims=tuple(name for name in asked.userinfo if name in allowed),
    )


def _words(request: Parameters, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(request.get(name, "").split()))


def _scope(request: Parameters, client: Client) -> tuple[str, ...]:
    return tuple(word for word in _words(request, "scope") if word in cast(list[str], client.scopes))


def _attainable(wanted: Collection[str], landlord: Landlord) -> tuple[str, ...]:
    offered = assurance.levels(second_factor=landlord.second_factor.is_there)
    return assurance.attainable(wanted, offered)


def _claims(request: Parameters) -> ClaimsRequest:
    return claims_request.parse(request["claims"]) if "claims" in request else ClaimsRequest()
