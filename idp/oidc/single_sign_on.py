"""The authorization endpoint where no page is due, for who is signed in and who has to (OpenID Connect Core §3.1.2).

It answers the plain case by one redirect, and leaves every other one to the page, which looks again from the start.
"""

from idp.domain.authorization import AuthorizationRequest, AuthorizationResponse
from idp.domain.journey import Step
from idp.domain.redirects import with_query
from idp.oidc import parameters
from idp.oidc.authorization_checks import examine, reply_to
from idp.oidc.parameters import Malformed
from idp.services import apps, authorization, journeys, live_sessions, pending_journeys
from idp.services.authorization import Started
from idp.web.asked import Answer, Asked, sent_to
from idp.web.cookies import BROWSER, REMEMBERED, SESSION, cookie_header
from idp.web.pre_session import begun
from idp.web.stance import stance
from idp.web.steps import PAGES

BY_OTHER_WAYS = {"request", "request_uri"}
"""Parameters of requests that are signed or were pushed."""
BY_OTHER_PAGES = {"none", "create"}
"""Values of `prompt` with which nobody is sent to the sign-in form."""


@stance("protocol", csrf=False, writes=True, routine=True)
def answer_at_once(request: Asked) -> Answer | None:
    """Answer an app's request in a live session where nothing is due, or have a browser without one sign in."""
    examined = _examined(request)
    if examined is None:
        return None
    cookie = request.cookie(SESSION)
    if cookie is None:
        return _to_sign_in(request, examined)
    session = live_sessions.find(request.work, cookie)
    answer = authorization.at_once(request.work, examined, session) if session is not None else None
    return None if answer is None else _sent(answer)


@stance("protocol", csrf=False, writes=True, routine=True)
def resume_at_once(request: Asked) -> Answer | None:
    """Answer the request of a journey where nothing is due any more, as after most sign-ins."""
    reference, cookie, kept = request.journey, request.cookie(SESSION), request.pre_session
    if not reference or cookie is None or kept is None:
        return None
    work = request.work_in(kept)
    session = live_sessions.find(work, cookie)
    journey = pending_journeys.find(work, reference) if session is not None else None
    if journey is None or journey.asked.response_mode != "query":
        return None
    answer = journeys.resume(work, journey, session)
    return _sent(answer) if isinstance(answer, AuthorizationResponse) else None


def _to_sign_in(request: Asked, examined: AuthorizationRequest) -> Answer | None:
    """Start the journey of a browser in which nobody is signed in, known or new, and send it to the form."""
    if request.cookie(REMEMBERED) or examined.ui_locales or BY_OTHER_PAGES.intersection(examined.prompt):
        return None
    kept = request.pre_session or begun()
    started = authorization.answer(request.work_in(kept), examined, None)
    if not isinstance(started, Started) or started.step is not Step.SIGN_IN:
        return None
    answer = sent_to(request.address(PAGES[started.step], journey=started.journey))
    if request.pre_session is not None:
        return answer
    return answer.with_headers(cookie_header(request.landlord, BROWSER, request.pre_sessions.written(kept)))


def _sent(answer: AuthorizationResponse) -> Answer:
    return sent_to(with_query(answer.redirect_uri, answer.parameters))


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
