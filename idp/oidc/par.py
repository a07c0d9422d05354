"""The pushed authorization request endpoint (RFC 9126)."""

from dataclasses import replace
from http import HTTPStatus

from idp.oidc import clients, dpop, request_objects
from idp.oidc.authorization_checks import PUSHED, Refusal, examine, reply_to
from idp.oidc.client_assertions import KEYS
from idp.services import pushed_requests
from idp.web.asked import Answer, Asked, error, told
from idp.web.stance import stance


@stance("protocol", csrf=False, browser=False, routine=True)
def push(request: Asked) -> Answer:
    """Keep an app's authorization request, checked like one that comes with a browser (RFC 9126 §2.1)."""
    asked = clients.asked_by_app(request)
    if isinstance(asked, Answer):
        return asked
    client, parameters = asked
    if "request_uri" in parameters:
        return error("invalid_request", "request_uri has no place in a pushed request")
    opened = request_objects.opened(request.work, request.kept[KEYS], parameters, client)
    if isinstance(opened, Refusal):
        return error(opened.error, opened.description)
    reply = reply_to(opened, client)
    if reply is None:
        return error("invalid_request", "redirect_uri is not registered for this app")
    examined = examine(request.work, opened, client, reply)
    if isinstance(examined, Refusal):
        return error(examined.error, examined.description)
    key = dpop.prove(request, client)
    if isinstance(key, Refusal):
        return error(key.error, key.description)
    if key is not None and examined.dpop_jkt not in (None, key):
        return error("invalid_request", "dpop_jkt is not the key of the DPoP proof")
    reference = pushed_requests.push(request.work, replace(examined, dpop_jkt=key or examined.dpop_jkt))
    lifetime = int(request.landlord.tokens.pushed_request.total_seconds())
    return told({"request_uri": f"{PUSHED}{reference}", "expires_in": lifetime}, HTTPStatus.CREATED)
