"""What an app gets of a person, in the parts that people are asked about."""

from collections.abc import Iterable
from enum import StrEnum

from idp.domain.authorization import AuthorizationRequest
from idp.domain.claims import SCOPE_CLAIMS


class Topic(StrEnum):
    """Something of a person that an app may ask for; the values are the scopes that stand for it."""

    PROFILE = "profile"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    CONTRACTS = "contracts"
    OFFLINE = "offline_access"


def topics_of(scopes: Iterable[str], claims: Iterable[str] = ()) -> tuple[Topic, ...]:
    """List what an app gets, in the order in which people read it.

    Args:
        scopes: what it asks for and may have.
        claims: claims it asks for by name; each counts as the scope that stands for it (OpenID Connect Core §5.5),
            so that nothing is had without being asked about.
    """
    asked, named = set(scopes), set(claims)
    return tuple(topic for topic in Topic if topic in asked or named & set(SCOPE_CLAIMS.get(topic, ())))


def asked_by(request: AuthorizationRequest) -> tuple[Topic, ...]:
    """List what an authorization request asks for."""
    return topics_of(request.scope, (*request.id_token_claims, *request.userinfo_claims))
