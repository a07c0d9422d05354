"""Where a browser goes next: the page of the step that is due, the app that asked, or the landlord's home."""

from collections.abc import Sequence

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from idp.domain.journey import Facts, Step, next_step
from idp.domain.social import amr_of
from idp.models import Account, FirstConnection
from idp.services import first_connection, social_sessions
from idp.web.browser_session import current_session, open_account_session, open_first_connection_session
from idp.web.current import work
from idp.web.landlord import current_landlord
from idp.web.steps import AFTER, PAGES
from idp.web.templating import kept, to

PASSWORD_AMR = ["pwd"]


def to_page(endpoint: str, **values: str) -> Response:
    """Send the browser to another page of the same journey, with further values in the query."""
    return redirect(to(endpoint, **values), 303)


def to_app(journey: str | None = None, then: str | None = None) -> Response:
    """Send a signed-in browser back to the app that asked, else to the page of ours it wished for, else home."""
    reference = journey or request.args.get("journey")
    if reference is None:
        page = AFTER.get(then or request.args.get("then", ""))
        return redirect(url_for(page) if page else current_landlord().home_url, 303)
    return redirect(url_for("oidc.resume", journey=reference), 303)


def signed_in(
    account_id: int,
    journey: str | None = None,
    *,
    amr: Sequence[str] = PASSWORD_AMR,
    remember: bool = False,
) -> Response:
    """Open the session of a person who has just signed in by a password, and go on.

    Args:
        account_id: who signed in.
        journey: the app's request, where the address of the page does not hold it.
        amr: how, where that is not the password alone (RFC 8176 values).
        remember: whether the person wishes to stay signed in.
    """
    return by(account_id, amr, journey, remember=remember)[0]


def by(
    account_id: int,
    amr: Sequence[str],
    journey: str | None = None,
    then: str | None = None,
    *,
    remember: bool = False,
) -> tuple[Response, str]:
    """Open the session of a person who has just signed in by any way, and go on, first to the second factor if due.

    Args:
        account_id: who signed in.
        amr: how (RFC 8176 values).
        journey: the app's request, where the address of the page does not hold it.
        then: the page of ours that they wished for, where the address does not hold it.
        remember: whether the person wishes to stay signed in.

    Returns:
        the answer, and the secret in the session's cookie.
    """
    response = to_app(journey, then)
    token, is_in = open_account_session(response, account_id, list(amr), remember=remember)
    if not is_in:
        on_the_way = {"journey": journey, "then": then}
        wishes = kept() | {name: value for name, value in on_the_way.items() if value}
        response.location = url_for(PAGES[Step.SECOND_FACTOR], **wishes)
    return response, token


def opened(first: FirstConnection, account: Account, journey: str | None = None) -> Response:
    """Open the session of a person whose first connection has just ended in an account."""
    if not first.social_provider:
        return signed_in(account.id, journey)
    present = current_session()
    id_token = social_sessions.of_session(work(), present) if present else None
    response, token = by(account.id, amr_of(first.social_provider), journey)
    if id_token is not None:
        social_sessions.keep(work(), token, *id_token)
    return response


def proved(first: FirstConnection) -> Response:
    """Open the session of a holder who has just proved, and go on to what is due."""
    step = step_of(first)
    response = to_page(PAGES[step] if step else "first_connection.mailbox")
    open_first_connection_session(response, first)
    return response


def step_of(first: FirstConnection) -> Step | None:
    """Return the step that is due in a first connection, or None when the account can be opened."""
    return next_step(Facts(signed_in=True, first_connection=first_connection.facts(work(), first)))
