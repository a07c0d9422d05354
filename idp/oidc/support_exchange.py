"""Token exchange for advisers (RFC 8693): the code of a support access for a short token that only reads.

The kind of token that is handed in is ours: the address `<issuer>/support-access`.
"""

from datetime import timedelta

from idp.domain import exchange as policy
from idp.domain.support import State
from idp.oidc import jose, tokens
from idp.oidc.exchanging import ACCESS_TOKEN, Exchanged, NotExchanged
from idp.oidc.parameters import Parameters
from idp.services import support_use
from idp.services.support_use import Look
from idp.services.vault import new_secret
from idp.services.work import Work
from idp.settings.client import Client
from idp.settings.landlord import Landlord

NOT_NOW = {
    State.WAITING: NotExchanged("authorization_pending", "the person has not answered yet"),
    State.REFUSED: NotExchanged("access_denied", "the person has refused"),
}
NO_ACCESS = NotExchanged("invalid_request", "subject_token is no support access of this app, or it is over")


def kind(landlord: Landlord) -> str:
    """Name the kind of token that stands for a support access (RFC 8693 §3)."""
    return f"{landlord.issuer}/support-access"


def exchange(work: Work, asked: Parameters, client: Client, key: str | None) -> Exchanged | NotExchanged:
    """Let an adviser look once more: what the token opens is read only, and good for some minutes."""
    issuer = work.landlord.issuer
    if any(asked.get(name, issuer) != issuer for name in ("audience", "resource")):
        return NotExchanged("invalid_target", "a support access is for the provider itself")
    if not client.support:
        return NO_ACCESS
    scope = tuple(dict.fromkeys(asked["scope"].split())) if "scope" in asked else None
    if scope is not None and not (scope and set(scope) <= set(client.support_scopes)):
        return NotExchanged("invalid_scope", "scope is wider than what advisers may see")
    found = support_use.look(work, client.client_id, asked["subject_token"])
    if not isinstance(found, Look):
        return NOT_NOW.get(found, NO_ACCESS) if found is not None else NO_ACCESS
    return _answer(work, client, found, scope or found.grant.scope, key)


def _answer(work: Work, client: Client, look: Look, scope: tuple[str, ...], key: str | None) -> Exchanged:
    landlord, now = work.landlord, int(work.now.timestamp())
    expires_at = min(now + landlord.support.token // timedelta(seconds=1), int(look.grant.expires_at.timestamp()))
    claims = {
        "iss": landlord.issuer,
        "sub": look.grant.sub,
        "aud": landlord.issuer,
        "client_id": client.client_id,
        "scope": " ".join(scope),
        "iat": now,
        "exp": expires_at,
        "jti": new_secret(),
        "gid": look.grant.handle,
        "act": policy.acting(client.client_id, None, name=look.adviser),
        **tokens.confirmation(key),
    }
    return Exchanged(
        {
            "access_token": jose.sign(work, client.signing_alg, "at+jwt", claims),
            "issued_token_type": ACCESS_TOKEN,
            "token_type": tokens.type_of(key),
            "expires_in": expires_at - now,
            "scope": " ".join(scope),
        }
    )
