"""Lets the browser tell apps that its session has ended (OpenID Connect Front-Channel Logout 1.0)."""

from collections.abc import Sequence

from flask import Response, make_response, render_template

from idp.domain.redirects import with_query
from idp.models import BrowserSession
from idp.services import logout_notices, subjects
from idp.settings.client import Client, origin_of
from idp.web import upstream_sign_out
from idp.web.browser_session import current_session
from idp.web.current import work
from idp.web.landlord import current_landlord
from idp.web.safety import POLICY, nonce
from idp.web.upstream_sign_out import Elsewhere

PATIENCE_SECONDS = 2


def frames() -> list[str]:
    """Compose the addresses that tell the apps of the present session of its end (§2); ask before it ends."""
    session, landlord = current_session(), current_landlord()
    if session is None or session.account_id is None:
        return []
    clients = map(landlord.client, logout_notices.in_front(work(), session.id))
    return [
        with_query(client.frontchannel_logout_uri, {"iss": landlord.issuer, "sid": _sid(session, client)})
        for client in clients
        if client is not None and client.frontchannel_logout_uri
    ]


def _sid(session: BrowserSession, client: Client) -> str:
    return subjects.seen_by(work(), client.client_id, "", session.sid).sid


def page(addresses: Sequence[str], way_back: str | None = None, elsewhere: Elsewhere | None = None) -> Response:
    """Say that the session has ended, and open the addresses unseen; nothing else may be opened in the page.

    Args:
        addresses: as `frames` composed them.
        way_back: where the browser goes after a moment, by itself or by a link.
        elsewhere: the sign-out of the provider that vouched for the person, where it has one: then nothing goes by
            itself, for the person is to choose.
    """
    response = make_response(
        render_template("sign_out/done.html", frames=addresses, way_back=way_back, elsewhere=elsewhere)
    )
    if addresses:
        origins = " ".join(sorted(set(map(origin_of, addresses))))
        response.headers["Content-Security-Policy"] = f"{POLICY.format(nonce=nonce())}; frame-src {origins}"
    if way_back is not None and elsewhere is not None:
        upstream_sign_out.remember(elsewhere, way_back)
    elif way_back is not None:
        response.headers["Refresh"] = f"{PATIENCE_SECONDS}; url={way_back}"
    return response
