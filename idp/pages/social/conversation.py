"""One person's sign-in at another provider, while it lasts."""

from dataclasses import dataclass
from datetime import datetime

from idp.services.social_requests import Secrets
from idp.services.upstreams import Upstream, Upstreams


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person's sign-in at one provider.

    Attributes:
        upstreams: what is known of all providers.
        upstream: the provider.
        redirect_uri: where its answers come, an address for this provider only.
        secrets: what belongs to the request.
        now: the present instant.
    """

    upstreams: Upstreams
    upstream: Upstream
    redirect_uri: str
    secrets: Secrets
    now: datetime
