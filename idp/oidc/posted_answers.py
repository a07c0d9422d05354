"""Answers of other providers that come by a form (Form Post Response Mode): handed on to where all answers come."""

from http import HTTPStatus

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from idp.domain.redirects import with_query
from idp.oidc import parameters
from idp.oidc.errors import unusable
from idp.oidc.parameters import Malformed
from idp.web.stance import stance

ANSWER = ("state", "code", "iss", "error")


@stance("protocol", csrf=False, browser=False)
def hand_on(name: str) -> ResponseReturnValue:
    """Send the browser on by GET: with a form from another site it brings no cookie, and so none is set or believed.

    Args:
        name: name of the provider in the landlord's file.
    """
    sent = parameters.from_body(request)
    if isinstance(sent, Malformed):
        return unusable("malformed")
    answer = {key: sent[key] for key in ANSWER if key in sent}
    return redirect(with_query(url_for("social.callback", name=name), answer), HTTPStatus.SEE_OTHER)
