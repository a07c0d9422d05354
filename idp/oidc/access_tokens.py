"""Whether an access token of ours is still good for something."""

from collections.abc import Mapping
from typing import Any

from idp.services import grants, revocation
from idp.services.work import Work

Claims = Mapping[str, Any]


def is_for(claimed: Claims, *names: str) -> bool:
    """Tell whether an access token with these claims is meant for somebody with one of these names."""
    audience = claimed["aud"]
    return not set(names).isdisjoint(audience if isinstance(audience, list) else [audience])


def lives(work: Work, claimed: Claims) -> bool:
    """Tell whether an access token with these claims has not expired, and what it came from lives.

    That is a person's grant, or the app's own right until it gives the token back; one that came of an exchange needs
    both.
    """
    if claimed["exp"] <= work.now.timestamp():
        return False
    if "gid" in claimed and grants.find(work, claimed["gid"]) is None:
        return False
    return not is_given_back(work, claimed)


def is_given_back(work: Work, claimed: Claims) -> bool:
    """Tell whether an app gave this very token back; others go with their grant, and need no question."""
    if "gid" in claimed and "act" not in claimed:
        return False
    return revocation.is_given_back(work, claimed["client_id"], claimed["jti"])
