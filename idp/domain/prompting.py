"""When a person who is signed in must sign in again for an app (OpenID Connect Core §3.1.2.1)."""

from datetime import datetime, timedelta

from idp.domain.authorization import AuthorizationRequest

NEW_SIGN_IN = frozenset({"login", "select_account", "create"})
"""Values of `prompt` that the session at hand cannot answer."""


def wants_new_sign_in(request: AuthorizationRequest, sub: str, age: timedelta) -> bool:
    """Tell whether the session at hand cannot answer a request.

    Args:
        request: what the app asks for.
        sub: who is signed in, as the app knows them.
        age: how long ago they signed in.
    """
    if NEW_SIGN_IN & set(request.prompt) or request.expected_sub not in (None, sub):
        return True
    return request.max_age is not None and (request.max_age == 0 or age > timedelta(seconds=request.max_age))


def min_auth_time(request: AuthorizationRequest, now: datetime) -> datetime | None:
    """Compute how recent the sign-in that answers a request must be; None where any will do."""
    if NEW_SIGN_IN & set(request.prompt):
        return now
    return None if request.max_age is None else now - timedelta(seconds=request.max_age)
