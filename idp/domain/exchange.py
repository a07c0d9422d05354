"""Token exchange (RFC 8693): whose tokens an app may exchange, for whom, for what, and who acts then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

MOST_ACTORS = 4


class Fault(StrEnum):
    """Why a policy gives nothing."""

    SUBJECT = "subject"
    """Tokens of that app are not to be exchanged by this one."""
    TARGET = "target"
    SCOPE = "scope"


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy of an app.

    Attributes:
        clients: apps whose tokens it may exchange.
        audiences: whom the new token may be for, besides the provider itself.
        scopes: most that it may cover.
        lifetime: how long it is good at most.
    """

    clients: frozenset[str]
    audiences: frozenset[str]
    scopes: frozenset[str]
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a new token is to be.

    Attributes:
        scope: what it covers.
        lifetime: how long it is good at most.
    """

    scope: tuple[str, ...]
    lifetime: timedelta


def judge(
    rules: Iterable[Rule], client_id: str, scope: Iterable[str], target: str | None, asked: tuple[str, ...] | None
) -> Allowed | Fault:
    """Decide what one app's token may be exchanged for: never for more than it covers itself (RFC 8693 §1.1).

    Args:
        rules: the policies of the app that asks.
        client_id: whose token it is.
        scope: what that token covers.
        target: whom the new one is to be for, None for the provider itself.
        asked: the scope that is asked for, None for as much as there may be.
    """
    of_subject = [rule for rule in rules if client_id in rule.clients]
    fitting = [rule for rule in of_subject if target is None or target in rule.audiences]
    if not fitting:
        return Fault.TARGET if of_subject else Fault.SUBJECT
    rule = fitting[0]
    most = tuple(word for word in scope if word in rule.scopes)
    given = most if asked is None else asked
    return Allowed(given, rule.lifetime) if given and set(given) <= set(most) else Fault.SCOPE


def acting(client_id: str, former: object, **named: str) -> dict[str, object]:
    """Say who acts now, and for whom they took over (RFC 8693 §4.1).

    Args:
        client_id: the app that acts.
        former: the `act` of the token it presented, if there was one.
        named: what else is known of the actor.
    """
    return {"sub": client_id, **named, **({"act": former} if former is not None else {})}


def actors(act: object) -> int:
    """Count the actors in a chain."""
    count = 0
    while isinstance(act, dict):
        count, act = count + 1, act.get("act")
    return count


def may_act(claims: Mapping[str, Any], client_id: str) -> bool:
    """Tell whether a token leaves open who may act with it, or names this very app (RFC 8693 §4.4)."""
    named = claims.get("may_act")
    if named is None:
        return True
    return (
        isinstance(named, dict)
        and named.get("sub") == client_id
        and named.get("iss", claims.get("iss")) == claims.get("iss")
    )
