"""The authorization endpoint for who is signed in (OpenID Connect Core §3.1.2.3): no page, one redirect.

It answers the plain case and leaves every other one to the page, which looks again from the beginning.
"""

import re
from dataclasses import replace
from http import HTTPStatus

from idp.domain.authorization import AuthorizationRequest, AuthorizationResponse
from idp.domain.redirects import with_query
from idp.oidc import parameters
from idp.oidc.authorization_checks import examine, reply_to
from idp.oidc.parameters import Malformed
from idp.services import apps, authorization, journeys, live_sessions, pending_journeys
from idp.services.work import Origin
from idp.web.asked import Answer, Asked
from idp.web.cookies import SESSION
from idp.web.stance import stance

BY_OTHER_WAYS = {"request", "request_uri"}
"""Parameters of requests that are signed or were pushed."""
REFERENCE = re.compile(rb"journey=([\w-]+)")
"""The query of an address that goes on with a journey."""


@stance("protocol", csrf=False, writes=True, routine=True)
def answer_at_once(request: Asked) -> Answer | None:
    """Answer an app's request in a live session where nothing is due."""
    cookie = request.cookie(SESSION)
    examined = _examined(request) if cookie else None
    if cookie is None or examined is None:
        return None
    session = live_sessions.find(request.work, cookie)
    answer = authorization.at_once(request.work, examined, session) if session is not None else None
    return None if answer is None else _sent(answer)


@stance("protocol", csrf=False, writes=True, routine=True)
def resume_at_once(request: Asked) -> Answer | None:
    """Answer the request of a journey where nothing is due any more, as after most sign-ins."""
    named, cookie, browser = REFERENCE.fullmatch(request.query_string), request.cookie(SESSION), request.browser
    if named is None or cookie is None or browser is None:
        return None
    work = replace(request.work, origin=Origin(request.network, browser))
    session = live_sessions.find(work, cookie)
    journey = pending_journeys.find(work, named[1].decode()) if session is not None else None
    if journey is None or journey.asked.response_mode != "query":
        return None
    answer = journeys.resume(work, journey, session)
    return _sent(answer) if isinstance(answer, AuthorizationResponse) else None


def _sent(answer: AuthorizationResponse) -> Answer:
    return Answer(HTTPStatus.SEE_OTHER, b"", (("Location", with_query(answer.redirect_uri, answer.parameters)),))


def _examined(request: Asked) -> AuthorizationRequest | None:
    """Make the checks of the page; None where it is for the page to say what is wrong, or how the answer is sent."""
    asked = parameters.from_query(request)
    if isinstance(asked, Malformed) or BY_OTHER_WAYS & asked.keys():
        return None
    client = apps.find(request.work, asked.get("client_id", ""))
    if client is None or client.require_pushed_authorization_requests or client.require_signed_request_object:
        return None
    reply = reply_to(asked, client)
    if reply is None or reply.response_mode != "query":
        return None
    examined = examine(request.work, asked, client, reply)
    return examined if isinstance(examined, AuthorizationRequest) else None
