"""Sign-ins at other providers that are under way: begun in one browser, answered there once."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import update

from idp.domain.events import EventName
from idp.domain.social import Fault
from idp.models import SocialRequest
from idp.services import audit
from idp.services.vault import digest, new_secret
from idp.services.work import Work

GOOD_FOR = timedelta(minutes=15)


class Purpose(StrEnum):
    """What the person wants the other provider to vouch for."""

    SIGN_IN = "sign_in"
    CONNECT = "connect"
    """In the middle of a first connection, after the proof."""
    LINK = "link"
    """Signed in, on « Mon compte »."""
    PROVE = "prove"
    """At the beginning of a registration: the provider says who it is, in place of names and birth date typed."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What goes to the provider and must come back; 43 characters each.

    Attributes:
        state: names the request (RFC 6749 §4.1.1).
        nonce: comes back in the ID token (OpenID Connect Core §3.1.2.1).
        verifier: proves that who redeems the code has asked for it (RFC 7636 §4.1).
    """

    state: str
    nonce: str
    verifier: str


def begin(
    work: Work,
    provider: str,
    purpose: Purpose,
    *,
    journey: str | None,
    after: str | None = None,
    bound_to: int | None = None,
) -> Secrets:
    """Begin a request of the present browser.

    Args:
        work: the transaction.
        provider: name of the provider in the landlord's file.
        purpose: what for.
        journey: reference of the pending authorization request, if there is one.
        after: page of ours that the person wishes for, where there is none.
        bound_to: the account that is to be linked, or the first connection that goes on.

    Returns:
        what goes to the provider.
    """
    state = new_secret()
    work.db.add(
        SocialRequest(
            landlord=work.landlord.slug,
            state_hash=digest(state),
            browser_hash=digest(work.origin.browser),
            provider=provider,
            purpose=purpose,
            journey=journey,
            after=after,
            bound_to=bound_to,
            started_at=work.now,
            expires_at=work.now + GOOD_FOR,
        )
    )
    work.db.flush()
    return secrets_of(work, state)


def secrets_of(work: Work, state: str) -> Secrets:
    """Derive what belongs to a state; nothing of it is stored."""
    return Secrets(state, work.vault.mac("social nonce", state), work.vault.mac("social verifier", state))


def claim(work: Work, provider: str, state: str) -> SocialRequest | None:
    """Claim the one answer of a request, for the browser that began it and the provider it was sent to.

    Args:
        work: the transaction; commit it before the provider is asked anything.
        provider: name of the provider whose address was called back.
        state: as it came back.
    """
    return work.db.scalar(
        update(SocialRequest)
        .where(
            SocialRequest.landlord == work.landlord.slug,
            SocialRequest.state_hash == digest(state),
            SocialRequest.provider == provider,
            SocialRequest.browser_hash == digest(work.origin.browser),
            SocialRequest.used_at.is_(None),
            SocialRequest.expires_at > work.now,
        )
        .values(used_at=work.now)
        .returning(SocialRequest)
    )


def fail(work: Work, provider: str, fault: Fault, why: str = "") -> Fault:
    """Record that an answer led nowhere.

    Args:
        work: the transaction.
        provider: name of the provider.
        fault: what the person is told.
        why: more, for the administrator; nothing personal.
    """
    audit.record(work, EventName.SOCIAL_FAILED, provider=provider, reason=fault.value, detail=why[:100])
    return fault
