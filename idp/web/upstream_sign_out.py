"""The sign-out of the provider that vouched for the present session (RP-Initiated Logout 1.0 §2)."""

from dataclasses import dataclass

from idp.domain.redirects import with_query
from idp.services import social_sessions
from idp.services.fetching import NotFetchedError, Patience
from idp.services.vault import new_secret
from idp.web import upstreams
from idp.web.browser_session import current_session
from idp.web.current import work
from idp.web.landlord import current_landlord

SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where somebody can sign out as well.

    Attributes:
        provider: name of the provider, for people.
        address: where its sign-out is.
    """

    provider: str
    address: str


def offer() -> Elsewhere | None:
    """Find the provider's own sign-out; ask before the session ends."""
    session = current_session()
    kept = social_sessions.of_session(work(), session) if session is not None else None
    upstream = upstreams.find(kept[0]) if kept else None
    if kept is None or upstream is None:
        return None
    try:
        metadata = upstreams.upstreams().metadata(upstream, work().now, Patience(SECONDS))
    except NotFetchedError:
        return None
    endpoint = metadata.get("end_session_endpoint")
    back = f"{current_landlord().issuer}/social/{upstream.name}/signed-out"
    asked = {"id_token_hint": kept[1], "state": new_secret(), "post_logout_redirect_uri": back}
    return Elsewhere(upstreams.label_of(upstream), with_query(endpoint, asked)) if isinstance(endpoint, str) else None
