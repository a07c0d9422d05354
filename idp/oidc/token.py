"""The token endpoint (RFC 6749 §3.2, OpenID Connect Core §3.1.3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from idp.domain.events import EventName
from idp.domain.resources import narrow
from idp.oidc import clients, device, dpop, token_exchange, tokens
from idp.oidc.authorization_checks import Refusal
from idp.oidc.device import DEVICE_CODE, Waiting
from idp.oidc.exchanging import Exchanged, NotExchanged
from idp.oidc.parameters import Malformed, Parameters, several
from idp.services import audit, codes, refresh
from idp.services.grants import GrantRefusal, Issued
from idp.services.refresh import Brought
from idp.services.work import Work
from idp.settings.client import Client
from idp.settings.exchange import TOKEN_EXCHANGE
from idp.web.asked import Answer, Asked, error, told
from idp.web.stance import stance

DESCRIPTIONS: Mapping[GrantRefusal, str] = {
    GrantRefusal.UNKNOWN: "it is not known, or was given to another app",
    GrantRefusal.EXPIRED: "it has expired",
    GrantRefusal.REPLAYED: "it was used before; everything that came from it is revoked",
    GrantRefusal.REPEATED: "it was used a moment ago, by the same request",
    GrantRefusal.REVOKED: "what it came from is revoked or over",
    GrantRefusal.WRONG_REDIRECT_URI: "redirect_uri is not the one of the authorization request",
    GrantRefusal.WRONG_VERIFIER: "code_verifier does not answer the code_challenge",
    GrantRefusal.WRONG_KEY: "it is bound to a key, and the DPoP proof is missing or by another key",
    GrantRefusal.FOREIGN_TARGET: "resource names an API that the app may not have tokens for, or did not ask for",
    GrantRefusal.WIDER_SCOPE: "scope is wider than what was granted to the app",
}


@dataclass(frozen=True, slots=True)
class ForItself:
    """What an app may have in its own name.

    Attributes:
        scope: what it may do.
        key: thumbprint of the key that its access token is bound to.
        audience: whom the access token is for.
    """

    scope: tuple[str, ...]
    key: str | None
    audience: tuple[str, ...]


Outcome = Issued | Waiting | ForItself | Exchanged | NotExchanged | GrantRefusal | Malformed


@stance("protocol", csrf=False, browser=False, routine=True)
def token(request: Asked) -> Answer:
    """Give tokens for a code, a refresh token, another token, or for an app itself."""
    read = clients.asked_by_app(request)
    if isinstance(read, Answer):
        return read
    client, asked = read
    if "grant_type" not in asked:
        return error("invalid_request", "grant_type is missing")
    grant = GRANTS.get(asked["grant_type"])
    if grant is None:
        return error("unsupported_grant_type", f"grant_type must be one of: {', '.join(GRANTS)}")
    if not client.may_ask_with(asked["grant_type"]):
        return error("unauthorized_client", "the app is not registered for this grant_type")
    key = dpop.prove_for_tokens(request, client)
    if isinstance(key, Refusal):
        return error(key.error, key.description)
    return _answered(request, client, grant(request.work, asked, client, key))


def _answered(request: Asked, client: Client, outcome: Outcome) -> Answer:
    match outcome:
        case Issued() as issued:
            request.commit()  # while others wait for their turn to write, nothing is signed
            return told(tokens.answer(request.work, client, issued))
        case ForItself(scope, key, audience):
            request.commit()
            return told(tokens.answer_for_itself(request.work, client, scope, key, audience))
        case Waiting(name, why):
            return error(name, why)
        case Exchanged(members):
            return told(members)
        case NotExchanged(name, why):
            return error(name, why)
        case GrantRefusal.WIDER_SCOPE as refusal:
            return error("invalid_scope", DESCRIPTIONS[refusal])
        case GrantRefusal.FOREIGN_TARGET as refusal:
            return error("invalid_target", DESCRIPTIONS[refusal])
        case GrantRefusal() as refusal:
            return error("invalid_grant", DESCRIPTIONS[refusal])
        case Malformed(why):
            return error("invalid_request", why)


def _authorization_code(
    work: Work, asked: Parameters, client: Client, key: str | None
) -> Issued | GrantRefusal | Malformed:
    if "code" not in asked:
        return Malformed("code is missing")
    targets = several(asked, "resource")
    brought = codes.Proofs(asked.get("redirect_uri"), asked.get("code_verifier"), key, targets)
    return codes.redeem(work, client, asked["code"], brought)


def _refresh_token(
    work: Work, asked: Parameters, client: Client, key: str | None
) -> Issued | GrantRefusal | Malformed:
    if "refresh_token" not in asked:
        return Malformed("refresh_token is missing")
    brought = Brought(asked["refresh_token"], _scope(asked), key, several(asked, "resource"))
    return refresh.use(work, client, brought)


def _client_credentials(work: Work, asked: Parameters, client: Client, key: str | None) -> ForItself | GrantRefusal:
    """RFC 6749 §4.4: the app has shown who it is, and asks in nobody's name."""
    scope = _scope(asked)
    scope = tuple(client.service_scopes) if scope is None else scope
    if not set(scope) <= set(client.service_scopes):
        return GrantRefusal.WIDER_SCOPE
    audience = narrow(several(asked, "resource"), (), client.resources, work.landlord.issuer)
    if audience is None:
        return GrantRefusal.FOREIGN_TARGET
    audit.record_alone(work, EventName.TOKENS_ISSUED, client_id=client.client_id)
    return ForItself(scope, key, audience)


def _scope(asked: Parameters) -> tuple[str, ...] | None:
    return tuple(dict.fromkeys(asked["scope"].split())) if "scope" in asked else None


GRANTS: Mapping[str, Callable[[Work, Parameters, Client, str | None], Outcome]] = {
    "authorization_code": _authorization_code,
    "refresh_token": _refresh_token,
    "client_credentials": _client_credentials,
    DEVICE_CODE: device.poll,
    TOKEN_EXCHANGE: token_exchange.exchange,
}
