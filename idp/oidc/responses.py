"""Sends authorization responses to apps, in the query or by a form."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Response, g, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from idp.domain.authorization import AuthorizationResponse
from idp.domain.redirects import with_query
from idp.oidc.clients import registered
from idp.web.safety import POLICY


def send(client_id: str, answer: AuthorizationResponse) -> ResponseReturnValue:
    """Send an answer to its app; the browser gets 303, never 307 (RFC 9700 §4.12).

    Args:
        client_id: the app.
        answer: what to send, and where.
    """
    if answer.response_mode == "form_post":
        return _form(client_id, answer)
    return redirect(with_query(answer.redirect_uri, answer.parameters), HTTPStatus.SEE_OTHER)


def _form(client_id: str, answer: AuthorizationResponse) -> Response:
    """Answer with a form that sends itself, or is sent by its button (Form Post Response Mode §2)."""
    response = make_response(
        render_template("oidc/form_post.html", action=answer.redirect_uri, parameters=answer.parameters)
    )
    client = registered().by_id[client_id]
    targets = sorted({f"{uri.scheme}://{uri.netloc}" for uri in map(urlsplit, client.redirect_uris)})
    response.headers["Content-Security-Policy"] = f"{POLICY.format(nonce=g.nonce)}; form-action {' '.join(targets)}"
    return response
