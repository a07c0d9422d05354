"""The pushed authorization request endpoint (RFC 9126)."""

from dataclasses import replace
from http import HTTPStatus

from flask import Response, jsonify

from idp.oidc import clients, dpop, request_objects
from idp.oidc.authorization_checks import PUSHED, Refusal, examine, reply_to
from idp.oidc.errors import error
from idp.services import pushed_requests
from idp.web.current import work
from idp.web.landlord import current_landlord
from idp.web.stance import stance


@stance("protocol", csrf=False, browser=False, routine=True)
def push() -> Response:
    """Keep an app's authorization request, checked like one that comes with a browser (RFC 9126 §2.1)."""
    asked = clients.asked_by_app("pushed authorization request")
    if isinstance(asked, Response):
        return asked
    client, parameters = asked
    if "request_uri" in parameters:
        return error("invalid_request", "request_uri has no place in a pushed request")
    opened = request_objects.opened(parameters, client)
    if isinstance(opened, Refusal):
        return error(opened.error, opened.description)
    reply = reply_to(opened, client)
    if reply is None:
        return error("invalid_request", "redirect_uri is not registered for this app")
    examined = examine(opened, client, reply)
    if isinstance(examined, Refusal):
        return error(examined.error, examined.description)
    key = dpop.prove(client)
    if isinstance(key, Refusal):
        return error(key.error, key.description)
    if key is not None and examined.dpop_jkt not in (None, key):
        return error("invalid_request", "dpop_jkt is not the key of the DPoP proof")
    reference = pushed_requests.push(work(), replace(examined, dpop_jkt=key or examined.dpop_jkt))
    lifetime = int(current_landlord().tokens.pushed_request.total_seconds())
    response = jsonify(request_uri=f"{PUSHED}{reference}", expires_in=lifetime)
    response.status_code = HTTPStatus.CREATED
    return response
