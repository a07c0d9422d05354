"""Whether an access token of ours is still good for something."""

from collections.abc import Mapping
from typing import Any

from idp.services import grants, revocation
from idp.web.current import work

Claims = Mapping[str, Any]


def lives(claimed: Claims) -> bool:
    """Tell whether an access token with these claims has not expired, and what it came from lives.

    That is a person's grant, or the app's own right until it gives the token back; one that came of an exchange needs
    both.
    """
    if claimed["exp"] <= work().now.timestamp():
        return False
    if "gid" in claimed and grants.find(work(), claimed["gid"]) is None:
        return False
    return not is_given_back(claimed)


def is_given_back(claimed: Claims) -> bool:
    """Tell whether an app gave this very token back; others go with their grant, and need no question."""
    if "gid" in claimed and "act" not in claimed:
        return False
    return revocation.is_given_back(work(), claimed["client_id"], claimed["jti"])
