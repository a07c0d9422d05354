"""Token exchange (RFC 8693): an app hands in a person's token, and gets a narrower one that names it as acting.

What is given hangs from the grant that the first token came from, and is over with it; a chain of exchanges still
hangs from the same one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from idp.domain import exchange as policy
from idp.domain.events import EventName
from idp.domain.exchange import MOST_ACTORS, Allowed, Fault, Rule
from idp.oidc import access_tokens, jose, support_exchange, tokens
from idp.oidc.exchanging import ACCESS_TOKEN, Exchanged, NotExchanged
from idp.oidc.parameters import Parameters
from idp.services import audit, grants, subjects
from idp.services.grants import Grant
from idp.services.vault import new_secret
from idp.services.work import Work
from idp.settings.client import Client

BAD_SUBJECT = "subject_token is not an access token that this app may exchange, or is no longer good"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a new token is about, and what its app shows for it.

    Attributes:
        grant: what it hangs from.
        claims: what the token that was handed in says.
    """

    grant: Grant
    claims: Mapping[str, Any]


def exchange(work: Work, asked: Parameters, client: Client, key: str | None) -> Exchanged | NotExchanged:
    """Exchange a token (RFC 8693 §2); everything that is wrong with one is an `invalid_request` (§2.2.2).

    The new one is bound to the key that the app which asks has shown, whatever the old one was bound to.
    """
    fault = _malformed(work, asked) or _unfit_actor(work, asked, client)
    if fault is not None:
        return NotExchanged("invalid_request", fault)
    if asked["subject_token_type"] != ACCESS_TOKEN:
        return support_exchange.exchange(work, asked, client, key)
    subject = _subject(work, asked["subject_token"], client)
    if subject is None:
        return NotExchanged("invalid_request", BAD_SUBJECT)
    target = asked.get("resource", asked.get("audience"))
    if target != asked.get("audience", target):
        return NotExchanged("invalid_target", "audience and resource must be one and the same")
    if target == work.landlord.issuer:
        target = None
    scope = tuple(dict.fromkeys(asked["scope"].split())) if "scope" in asked else None
    match policy.judge(_rules(client), subject.claims["client_id"], subject.claims["scope"].split(), target, scope):
        case Fault.SUBJECT:
            return NotExchanged("invalid_request", BAD_SUBJECT)
        case Fault.TARGET:
            return NotExchanged("invalid_target", "the app may not have tokens for this audience")
        case Fault.SCOPE:
            return NotExchanged("invalid_scope", "scope is wider than the subject_token or than the app may have")
        case Allowed() as allowed:
            return _answer(work, client, subject, allowed, target=target, key=key)


def _malformed(work: Work, asked: Parameters) -> str | None:
    for name in ("subject_token", "subject_token_type"):
        if name not in asked:
            return f"{name} is missing"
    if ("actor_token" in asked) != ("actor_token_type" in asked):
        return "actor_token and actor_token_type belong together"
    for name in ("actor_token_type", "requested_token_type"):
        if asked.get(name, ACCESS_TOKEN) != ACCESS_TOKEN:
            return f"{name} must be {ACCESS_TOKEN}"
    known = (ACCESS_TOKEN, support_exchange.kind(work.landlord))
    return None if asked["subject_token_type"] in known else f"subject_token_type must be {ACCESS_TOKEN}"


def _unfit_actor(work: Work, asked: Parameters, client: Client) -> str | None:
    """Look at who acts: the app that asks, and nobody else; it may say so with a token in its own name."""
    if "actor_token" not in asked:
        return None
    claimed = jose.verify(work, asked["actor_token"], "at+jwt")
    if (
        claimed is None
        or "gid" in claimed
        or claimed["sub"] != client.client_id
        or not access_tokens.lives(work, claimed)
    ):
        return "actor_token must be a living access token that this app got in its own name"
    return None


def _subject(work: Work, token: str, client: Client) -> Subject | None:
    """Read the token that is handed in: a person's, made for the provider or for the app that hands it in."""
    claimed = jose.verify(work, token, "at+jwt")
    if claimed is None or not access_tokens.is_for(claimed, work.landlord.issuer, client.client_id):
        return None
    if not access_tokens.lives(work, claimed) or not policy.may_act(claimed, client.client_id):
        return None
    if policy.actors(claimed.get("act")) >= MOST_ACTORS or "gid" not in claimed:
        return None
    grant = grants.find(work, claimed["gid"])
    return None if grant is None else Subject(grant, claimed)


def _rules(client: Client) -> list[Rule]:
    return [
        Rule(frozenset(one.clients), frozenset(one.audiences), frozenset(one.scopes), one.lifetime)
        for one in client.exchanges
    ]


def _answer(
    work: Work, client: Client, subject: Subject, allowed: Allowed, *, target: str | None, key: str | None
) -> Exchanged:
    """Make the answer (RFC 8693 §2.2.1): never longer good than the token that was handed in."""
    grant, now = subject.grant, int(work.now.timestamp())
    longest = int(min(allowed.lifetime, work.landlord.tokens.access_token) / timedelta(seconds=1))
    expires_at = min(now + longest, subject.claims["exp"], int(grant.expires_at.timestamp()))
    claims = {
        "iss": work.landlord.issuer,
        "sub": subjects.sub_of_account(work, client.client_id, grant.account_id),
        "aud": target or work.landlord.issuer,
        "client_id": client.client_id,
        "scope": " ".join(allowed.scope),
        "iat": now,
        "exp": expires_at,
        "jti": new_secret(),
        **{name: subject.claims[name] for name in ("auth_time", "acr") if name in subject.claims},
        "gid": grant.handle,
        "act": policy.acting(client.client_id, subject.claims.get("act")),
        **tokens.confirmation(key),
    }
    audit.record(
        work,
        EventName.TOKENS_EXCHANGED,
        account_id=grant.account_id,
        client_id=client.client_id,
        of_client=subject.claims["client_id"],
    )
    return Exchanged(
        {
            "access_token": jose.sign(work, client.signing_alg, "at+jwt", claims),
            "issued_token_type": ACCESS_TOKEN,
            "token_type": tokens.type_of(key),
            "expires_in": expires_at - now,
            "scope": " ".join(allowed.scope),
        }
    )
