"""The end session endpoint (OpenID Connect RP-Initiated Logout 1.0)."""

from http import HTTPStatus

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from idp.domain.redirects import with_query
from idp.domain.sign_out import may_leave
from idp.oidc import hints, parameters
from idp.oidc.errors import unusable
from idp.oidc.hints import Hint
from idp.oidc.parameters import Malformed, Parameters
from idp.services import apps, subjects
from idp.web import front_channel, upstream_sign_out
from idp.web.browser_session import close_session, current_session, remembered_account
from idp.web.current import is_known_browser, work
from idp.web.stance import stance


@stance("protocol", csrf=False, writes=True)
def logout() -> ResponseReturnValue:
    """End the session an app shows an ID token of, and go back to the app; in any other case ask the person.

    Whom another provider has vouched for is offered its sign-out on the way back.
    """
    asked = parameters.from_either(request)
    if isinstance(asked, Malformed):
        return unusable("malformed")
    if request.method == "POST" and not is_known_browser():
        return redirect(with_query(url_for("oidc.logout"), parameters.pairs(asked)), HTTPStatus.SEE_OTHER)
    hint = hints.read(work(), asked.get("id_token_hint", ""))
    uri = _way_back(asked, hint) if hint is not None else None
    present = _present(hint)
    if hint is None or uri is None or not may_leave((hint.sub, hint.sid), present):
        return redirect(url_for("sign_out.show"), HTTPStatus.SEE_OTHER)
    response: Response
    frames, elsewhere = front_channel.frames(), upstream_sign_out.offer()
    if frames or elsewhere:
        response = front_channel.page(frames, uri, elsewhere)
    else:
        response = redirect(uri, HTTPStatus.SEE_OTHER)
    if present is not None:
        close_session(response)
    return response


def _present(hint: Hint | None) -> tuple[str, str] | None:
    """Name who is signed in, and in which session, as the hint's app knows them.

    A remembered browser between two sessions is in the app's.
    """
    session = current_session()
    if session is not None and session.account is not None:
        seen = subjects.seen_by(work(), hint.client_id if hint else "", session.account.sub, session.sid)
        return seen.sub, seen.sid
    owner = remembered_account()
    if owner is None or hint is None:
        return None
    return subjects.sub_for(work(), hint.client_id, owner.sub), hint.sid


def _way_back(asked: Parameters, hint: Hint) -> str | None:
    """Find where the browser goes afterwards: to an address registered for the hint's own app, or nowhere."""
    client = apps.find(work(), hint.client_id)
    uri = asked.get("post_logout_redirect_uri")
    if client is None or uri is None or uri not in client.post_logout_redirect_uris:
        return None
    if asked.get("client_id", client.client_id) != client.client_id:
        return None
    return with_query(uri, {"state": asked["state"]} if "state" in asked else {})
