"""The session of the present browser: read from its cookie, opened and closed on an answer."""

from flask import g
from werkzeug.wrappers import Response

from idp.models import Account, BrowserSession, FirstConnection
from idp.services import devices, sessions
from idp.web.cookies import DEVICE_LIFETIME, delete_cookie, read_cookie, set_cookie
from idp.web.current import work
from idp.web.landlord import current_landlord

COOKIE = "session"


def current_session() -> BrowserSession | None:
    """Return the live session of the present browser, in a first connection or signed in."""
    if "browser_session" not in g:
        g.browser_session = sessions.find(work(), read_cookie(current_landlord(), COOKIE))
    found: BrowserSession | None = g.browser_session
    return found


def current_first_connection() -> FirstConnection | None:
    """Return the first connection that the present browser is in the middle of."""
    session = current_session()
    first = session.first_connection if session else None
    return first if first is not None and first.completed_at is None else None


def open_account_session(response: Response, account: Account, amr: list[str]) -> None:
    """Open the session of a person who has just signed in, and remember the browser."""
    token = sessions.start(work(), account, amr, current_session())
    set_cookie(response, current_landlord(), COOKIE, token)
    set_cookie(response, current_landlord(), "device", devices.remember(work(), account), DEVICE_LIFETIME)


def open_first_connection_session(response: Response, first: FirstConnection) -> None:
    """Open the session of a holder who has just proved."""
    token = sessions.start_first_connection(work(), first, current_session())
    set_cookie(response, current_landlord(), COOKIE, token)


def close_session(response: Response) -> None:
    """End the session of the present browser for good."""
    session = current_session()
    if session is not None:
        sessions.end(work(), session)
    delete_cookie(response, current_landlord(), COOKIE)
