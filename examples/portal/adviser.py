"""The advisers' desk: shows what a tenant sees, once they have said yes, and says who looks (RFC 8693).

A real desk signs its advisers in first, and is another app than the tenants' portal; here one page is enough.
"""

from http import HTTPStatus

import requests
from flask import Blueprint, Response, abort, current_app, render_template, request

from examples.portal.contracts import contracts_of
from examples.portal.views import EXTENSION, Portal

DESK = "desk"
TIMEOUT_SECONDS = 10
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
REASONS = {
    "authorization_pending": "La personne n’a pas encore répondu. Réessayez quand elle aura dit oui.",
    "access_denied": "La personne a refusé.",
}
OVER = "Ce code n’ouvre rien, ou l’accès est terminé."

pages = Blueprint("adviser", __name__)


@pages.get("/adviser")
def ask() -> str:
    """Ask for the code that `idp support request` has printed."""
    _secret()
    return render_template("adviser.html", claims=None)


@pages.post("/adviser")
def look() -> str | tuple[str, int] | Response:
    """Exchange the code for a token that only reads, and show what it opens; nothing is kept."""
    issuer = _portal().settings.issuer
    endpoints = _portal().provider.load_server_metadata()
    code = request.form.get("code", "").strip()
    answer = requests.post(
        endpoints["token_endpoint"],
        data={"grant_type": EXCHANGE, "subject_token": code, "subject_token_type": f"{issuer}/support-access"},
        auth=(DESK, _secret()),
        timeout=TIMEOUT_SECONDS,
    )
    if answer.status_code != HTTPStatus.OK:
        reason = REASONS.get(answer.json().get("error"), OVER)
        return render_template("adviser.html", claims=None, code=code, reason=reason), HTTPStatus.FORBIDDEN
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    told = requests.get(endpoints["userinfo_endpoint"], headers=bearer, timeout=TIMEOUT_SECONDS)
    told.raise_for_status()
    contracts = list(contracts_of(told.json()))
    return render_template("adviser.html", claims=told.json(), contracts=contracts, code=code)


def _portal() -> Portal:
    found: Portal = current_app.extensions[EXTENSION]
    return found


def _secret() -> str:
    return _portal().settings.desk_secret or abort(HTTPStatus.NOT_FOUND)
