"""The session of the present browser: read from its cookie, opened and closed on an answer."""

from flask import after_this_request, g
from werkzeug.wrappers import Response

from idp.domain.assurance import MFA
from idp.models import Account, BrowserSession, FirstConnection, HalfSignIn
from idp.services import (
    devices,
    half_sign_ins,
    remembering,
    second_factors,
    sessions,
    social_sessions,
    trusted_browsers,
)
from idp.web.cookies import (
    DEVICE,
    DEVICE_LIFETIME,
    REMEMBERED,
    SESSION,
    TRUSTED,
    delete_cookie,
    read_cookie,
    set_cookie,
)
from idp.web.current import work
from idp.web.landlord import current_landlord


def current_session() -> BrowserSession | None:
    """Return the live session of the present browser, in a first connection or signed in."""
    if "browser_session" not in g:
        g.browser_session = sessions.find(work(), read_cookie(current_landlord(), SESSION))
    found: BrowserSession | None = g.browser_session
    return found


def current_first_connection() -> FirstConnection | None:
    """Return the first connection that the present browser is in the middle of."""
    session = current_session()
    first = session.first_connection if session else None
    return first if first is not None and first.completed_at is None else None


def is_remembered() -> bool:
    """Tell whether the present browser says that it stays signed in."""
    return bool(read_cookie(current_landlord(), REMEMBERED))


def returning_session() -> BrowserSession | None:
    """Return the live session of the present browser, else the one that a remembered browser gets; it may write."""
    cookie = read_cookie(current_landlord(), REMEMBERED)
    if current_session() is not None or not cookie:
        return current_session()
    back, landlord = remembering.come_back(work(), cookie), current_landlord()

    def answer(response: Response) -> Response:
        if back is None:
            delete_cookie(response, landlord, REMEMBERED)
        else:
            set_cookie(response, landlord, SESSION, back.session)
            set_cookie(response, landlord, REMEMBERED, back.cookie, back.lifetime)
        return response

    after_this_request(answer)
    g.browser_session = sessions.find(work(), back.session) if back else None
    return current_session()


def remembered_account() -> Account | None:
    """Return whose browser it is where it has no live session but stays signed in."""
    cookie = read_cookie(current_landlord(), REMEMBERED)
    return remembering.owner_of(work(), cookie) if cookie and current_session() is None else None


def open_account_session(
    response: Response, account_id: int, amr: list[str], *, remember: bool = False
) -> tuple[str, bool]:
    """Open the session of a person who has just signed in; the browser stays signed in where they wish it now.

    Where a second factor is due it is half a session, which names nobody and waits for that.

    Returns:
        the secret in its cookie, and whether the person is signed in.
    """
    _forget(response)
    before = half_sign_ins.behind(work(), current_session())
    if MFA not in amr and second_factors.is_due(work(), account_id):
        token = half_sign_ins.start(work(), account_id, amr, before, remember=remember)
        set_cookie(response, current_landlord(), SESSION, token)
        return token, False
    spared = [] if MFA in amr else second_factors.spared(work())
    token = sessions.start(work(), account_id, amr, before, postponed=spared)
    _welcome(response, account_id, amr, token, remember=remember)
    return token, True


def finish_sign_in(response: Response, session: BrowserSession, half: HalfSignIn) -> None:
    """Open the session of a person who has shown the second factor too, and do what waited for that."""
    kept = social_sessions.of_session(work(), session)
    token = half_sign_ins.complete(work(), session, half)
    if kept is not None:
        social_sessions.keep(work(), token, *kept)
    _welcome(response, half.account_id, session.amr, token, remember=half.remember)


def raise_session(response: Response, session: BrowserSession, account: Account) -> None:
    """Open another session for somebody who is signed in and has shown the second factor."""
    kept = social_sessions.of_session(work(), session)
    token = half_sign_ins.step_up(work(), session, account)
    if kept is not None:
        social_sessions.keep(work(), token, *kept)
    set_cookie(response, current_landlord(), SESSION, token)


def trust_browser(response: Response, account: Account) -> None:
    """Ask for no second factor in this browser for a while, where the landlord offers that."""
    lifetime = trusted_browsers.lifetime(work())
    if lifetime:
        value = trusted_browsers.trust(work(), account.id)
        set_cookie(response, current_landlord(), TRUSTED, value, lifetime)


def _welcome(response: Response, account_id: int, amr: list[str], token: str, *, remember: bool) -> None:
    """Give a browser the cookies of somebody who is signed in."""
    landlord = current_landlord()
    set_cookie(response, landlord, SESSION, token)
    set_cookie(response, landlord, DEVICE, devices.remember(work(), account_id), DEVICE_LIFETIME)
    lifetime = landlord.sign_in.remember
    if remember and lifetime is not None:
        value = remembering.start(work(), account_id, amr, token, lifetime)
        set_cookie(response, landlord, REMEMBERED, value, lifetime)


def open_first_connection_session(response: Response, first: FirstConnection) -> None:
    """Open the session of a holder who has just proved."""
    before = half_sign_ins.behind(work(), current_session())
    token = sessions.start_first_connection(work(), first, before)
    set_cookie(response, current_landlord(), SESSION, token)


def close_session(response: Response) -> None:
    """End the session of the present browser for good."""
    session = current_session()
    if session is not None:
        half_sign_ins.end(work(), session)
    _forget(response)
    delete_cookie(response, current_landlord(), SESSION)


def _forget(response: Response) -> None:
    cookie = read_cookie(current_landlord(), REMEMBERED)
    if cookie:
        remembering.forget(work(), cookie)
        delete_cookie(response, current_landlord(), REMEMBERED)
