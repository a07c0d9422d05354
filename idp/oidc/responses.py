"""Sends authorization responses to apps, in the query or by a form, plain or signed."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from idp.domain.authorization import AuthorizationResponse
from idp.domain.redirects import with_query
from idp.oidc import jarm
from idp.services import apps
from idp.settings.client import Client, origin_of
from idp.web.current import work
from idp.web.safety import POLICY, nonce


def send(client_id: str, answer: AuthorizationResponse) -> ResponseReturnValue:
    """Send an answer to its app; the browser gets 303, never 307 (RFC 9700 §4.12).

    Args:
        client_id: the app.
        answer: what to send, and where.
    """
    client = apps.find(work(), client_id)
    assert client is not None
    mode, _, signed = answer.response_mode.partition(".")
    parameters = {"response": jarm.write(work(), client, answer)} if signed else answer.parameters
    if mode == "form_post":
        return _form(client, answer.redirect_uri, parameters)
    return redirect(with_query(answer.redirect_uri, parameters), HTTPStatus.SEE_OTHER)


def _form(client: Client, address: str, parameters: Mapping[str, str]) -> Response:
    """Answer with a form that sends itself, or is sent by its button (Form Post Response Mode §2)."""
    response = make_response(render_template("oidc/form_post.html", action=address, parameters=parameters))
    targets = sorted(set(map(origin_of, client.redirect_uris)))
    response.headers["Content-Security-Policy"] = f"{POLICY.format(nonce=nonce())}; form-action {' '.join(targets)}"
    return response
