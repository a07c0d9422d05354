"""The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2)."""

from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from idp.domain.authorization import AuthorizationRequest, AuthorizationResponse, ReplyTo, refused
from idp.oidc import hints, parameters, responses
from idp.oidc.authorization_checks import Refusal, accept, refusal_of, reply_to
from idp.oidc.clients import registered
from idp.oidc.errors import unusable
from idp.oidc.parameters import Malformed, Parameters
from idp.services import authorization, journeys
from idp.services.authorization import Started
from idp.services.journeys import Over, StepDue
from idp.settings.client import Client
from idp.web.browser_session import returning_session
from idp.web.current import is_known_browser, work
from idp.web.landlord import current_landlord
from idp.web.stance import stance
from idp.web.steps import address_of


@stance("protocol", csrf=False, writes=True)
def authorize() -> ResponseReturnValue:
    """Answer an app's request for a sign-in.

    Until the app and its redirect URI are proven good, nothing is sent anywhere.
    """
    asked = parameters.from_either()
    if isinstance(asked, Malformed):
        return unusable("malformed")
    client = registered().by_id.get(asked.get("client_id", ""))
    if client is None:
        return unusable("unknown_app")
    reply = reply_to(asked, client)
    if reply is None:
        return unusable("unknown_address")
    checked = _check(asked, client, reply)
    if isinstance(checked, Refusal):
        error = refused(reply, current_landlord().issuer, checked.error, checked.description)
        return responses.send(client.client_id, error)
    if request.method == "POST" and not is_known_browser():
        # Browsers keep SameSite=Lax cookies to themselves when another site posts, but send them on the way back.
        return redirect(responses.with_query(url_for("oidc.authorize"), asked), HTTPStatus.SEE_OTHER)
    return _answer(checked)


@stance("protocol", csrf=False, writes=True)
def resume() -> ResponseReturnValue:
    """Go on with a journey: to the page of the step that is due, or back to the app."""
    reference = request.args.get("journey")
    session = returning_session()
    if reference is None and session is not None and session.account_id is not None:
        return redirect(current_landlord().home_url, HTTPStatus.SEE_OTHER)
    journey = journeys.find(work(), reference)
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
    journey = journeys.find(work(), request.args.get("journey"))
    if journey is None:
        return _over(HTTPStatus.BAD_REQUEST)
    answer = journeys.cancel(work(), journey)
    return _over(HTTPStatus.GONE) if isinstance(answer, Over) else responses.send(journey.client_id, answer)


def _check(asked: Parameters, client: Client, reply: ReplyTo) -> AuthorizationRequest | Refusal:
    refusal = refusal_of(asked, client)
    if refusal is not None:
        return refusal
    hint = hints.read(work(), asked["id_token_hint"]) if "id_token_hint" in asked else None
    if "id_token_hint" in asked and (hint is None or hint.client_id != client.client_id):
        return Refusal("invalid_request", "id_token_hint is no ID token of this app")
    return accept(asked, client, reply, hint.sub if hint else None)


def _answer(checked: AuthorizationRequest) -> ResponseReturnValue:
    session = returning_session()
    match authorization.answer(work(), checked, session):
        case AuthorizationResponse() as answer:
            return responses.send(checked.client_id, answer)
        case Started(step, reference):
            address = address_of(step, reference, language=_language(checked), create="create" in checked.prompt)
            return redirect(address, HTTPStatus.SEE_OTHER)


def _language(checked: AuthorizationRequest) -> str | None:
    """Choose the first language of `ui_locales` that the landlord's pages speak."""
    offered: list[str] = list(current_landlord().languages)
    return next((tag for locale in checked.ui_locales if (tag := locale.split("-")[0].lower()) in offered), None)


def _over(status: int) -> ResponseReturnValue:
    return render_template("errors/journey_over.html"), status
