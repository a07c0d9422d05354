"""The sign-out of the provider that vouched for the present session (RP-Initiated Logout 1.0 §2)."""

import hmac
from dataclasses import dataclass

from flask import session

from idp.domain.redirects import with_query
from idp.services import social_sessions
from idp.services.fetching import NotFetchedError, Patience
from idp.services.vault import new_secret
from idp.web import upstreams
from idp.web.browser_session import current_session
from idp.web.current import work
from idp.web.landlord import current_landlord

SECONDS = 2.0
KEY = "signing_out"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where somebody can sign out as well.

    Attributes:
        provider: name of the provider, for people.
        address: where its sign-out is.
        state: comes back from there.
    """

    provider: str
    address: str
    state: str = ""


def offer() -> Elsewhere | None:
    """Find the provider's own sign-out; ask before the session ends."""
    present = current_session()
    kept = social_sessions.of_session(work(), present) if present is not None else None
    upstream = upstreams.find(kept[0]) if kept else None
    if kept is None or upstream is None:
        return None
    try:
        metadata = upstreams.upstreams().metadata(upstream, work().now, Patience(SECONDS))
    except NotFetchedError:
        return None
    endpoint, state = metadata.get("end_session_endpoint"), new_secret()
    if not isinstance(endpoint, str):
        return None
    back = f"{current_landlord().issuer}/social/{upstream.name}/signed-out"
    asked = {"id_token_hint": kept[1], "state": state, "post_logout_redirect_uri": back}
    return Elsewhere(upstreams.label_of(upstream), with_query(endpoint, asked), state)


def remember(elsewhere: Elsewhere, way_back: str) -> None:
    """Keep in the browser where it goes on to after the sign-out elsewhere.

    Args:
        elsewhere: as `offer` found it.
        way_back: an address that is registered for the app.
    """
    session[KEY] = [elsewhere.state, way_back]


def way_back(state: str) -> str | None:
    """Find where the present browser goes on to, back from the sign-out that it was sent to, once; None for nowhere.

    Args:
        state: as it came back.
    """
    sent, address = session.pop(KEY, ("", ""))
    return address if sent and hmac.compare_digest(state.encode(), sent.encode()) else None
