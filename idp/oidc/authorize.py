"""The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2)."""

from http import HTTPStatus

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from idp.domain.authorization import AuthorizationRequest, AuthorizationResponse, refused
from idp.domain.redirects import with_query
from idp.oidc import parameters, request_objects, responses
from idp.oidc.authorization_checks import PUSHED, Refusal, examine, reply_to
from idp.oidc.client_assertions import KEYS
from idp.oidc.errors import unusable
from idp.oidc.parameters import Malformed, Parameters
from idp.services import apps, authorization, journeys, pending_journeys, pushed_requests
from idp.services.authorization import Started
from idp.services.journeys import Over, StepDue
from idp.settings.client import Client
from idp.web.browser_session import current_session, returning_session
from idp.web.current import is_known_browser, work
from idp.web.landlord import current_landlord
from idp.web.stance import stance
from idp.web.steps import address_of


@stance("protocol", csrf=False, writes=True, routine=True)
def authorize() -> ResponseReturnValue:
    """Answer an app's request for a sign-in.

    Until the app and its redirect URI are proven good, nothing is sent anywhere.
    """
    is_known = is_known_browser()  # asked first: whatever begins work makes the browser known
    asked = parameters.from_either(request)
    if isinstance(asked, Malformed):
        return unusable("malformed")
    client = apps.find(work(), asked.get("client_id", ""))
    if client is None:
        return unusable("unknown_app")
    if asked.get("request_uri", "").startswith(PUSHED) and "request" not in asked:
        examined = _pushed(asked["request_uri"], client)
    else:
        examined = _brought(asked, client)
    if not isinstance(examined, AuthorizationRequest):
        return examined
    if request.method == "POST" and not is_known:
        # Browsers keep SameSite=Lax cookies to themselves when another site posts, but send them on the way back.
        return redirect(with_query(url_for("oidc.authorize"), parameters.pairs(asked)), HTTPStatus.SEE_OTHER)
    return _answer(examined)


@stance("protocol", csrf=False, writes=True, routine=True)
def resume() -> ResponseReturnValue:
    """Go on with a journey: to the page of the step that is due, or back to the app."""
    reference = request.args.get("journey")
    session = returning_session()
    if reference is None and session is not None and session.account_id is not None:
        return redirect(current_landlord().home_url, HTTPStatus.SEE_OTHER)
    journey = pending_journeys.find(work(), reference)
    if journey is None:
        return _over(HTTPStatus.BAD_REQUEST)
    match journeys.resume(work(), journey, session):
        case StepDue(step):
            return redirect(address_of(step, reference), HTTPStatus.SEE_OTHER)
        case AuthorizationResponse() as answer:
            return responses.send(journey.client_id, answer)
        case Over():
            return _over(HTTPStatus.GONE)


@stance("forms")
def cancel() -> ResponseReturnValue:
    """Tell the app that the person would rather not (`access_denied`)."""
    journey = pending_journeys.find(work(), request.args.get("journey"))
    if journey is None:
        return _over(HTTPStatus.BAD_REQUEST)
    answer = journeys.cancel(work(), journey, current_session())
    return _over(HTTPStatus.GONE) if isinstance(answer, Over) else responses.send(journey.client_id, answer)


def _brought(asked: Parameters, client: Client) -> AuthorizationRequest | ResponseReturnValue:
    """Examine a request that the browser brought.

    A request object that cannot be taken is answered at the address beside it, if that one is registered.
    """
    opened = request_objects.opened(work(), current_app.extensions[KEYS], asked, client)
    reply = reply_to(asked if isinstance(opened, Refusal) else opened, client)
    if reply is None:
        return unusable("unknown_address")
    if client.require_pushed_authorization_requests:
        examined: AuthorizationRequest | Refusal = Refusal("invalid_request", "this app must push its requests")
    else:
        examined = opened if isinstance(opened, Refusal) else examine(work(), opened, client, reply)
    if isinstance(examined, AuthorizationRequest):
        return examined
    error = refused(reply, current_landlord().issuer, examined.error, examined.description)
    return responses.send(client.client_id, error)


def _pushed(request_uri: str, client: Client) -> AuthorizationRequest | ResponseReturnValue:
    """Find a request that the app pushed; what else the browser brings does not count (RFC 9126 §4)."""
    found = pushed_requests.find(work(), client.client_id, request_uri.removeprefix(PUSHED))
    if found is None:
        return _over(HTTPStatus.BAD_REQUEST)
    return found if client.may_answer_at(found.redirect_uri) else unusable("unknown_address")


def _answer(checked: AuthorizationRequest) -> ResponseReturnValue:
    session = returning_session()
    match authorization.answer(work(), checked, session):
        case AuthorizationResponse() as answer:
            return responses.send(checked.client_id, answer)
        case Started(step, reference):
            address = address_of(step, reference, language=_language(checked), create="create" in checked.prompt)
            return redirect(address, HTTPStatus.SEE_OTHER)
        case Over():
            return _over(HTTPStatus.GONE)


def _language(checked: AuthorizationRequest) -> str | None:
    """Choose the first language of `ui_locales` that the landlord's pages speak."""
    offered: list[str] = list(current_landlord().languages)
    return next((tag for locale in checked.ui_locales if (tag := locale.split("-")[0].lower()) in offered), None)


def _over(status: int) -> ResponseReturnValue:
    return render_template("errors/journey_over.html"), status
