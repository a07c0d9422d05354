"""The portals as WSGI applications: one for each landlord, and the front page that leads to them."""

import secrets
from collections.abc import Sequence
from http import HTTPStatus

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, Response, render_template, request
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from examples.portal import adviser
from examples.portal.people import Shelf
from examples.portal.settings import Settings
from examples.portal.views import EXTENSION, SESSION_SECONDS, Portal, pages

SCOPE = "openid profile email phone contracts"
TIMEOUT_SECONDS = 10
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
REASONS = {
    "access_denied": "Vous avez interrompu la connexion.",
    "mismatching_state": "Cette connexion a été commencée il y a trop longtemps, ou dans un autre navigateur.",
    "temporarily_unavailable": "Le service de connexion est momentanément indisponible.",
    "server_error": "Le service de connexion a rencontré une difficulté.",
}
NO_REASON = "La connexion n’a pas abouti."
UNREACHABLE = "Le service de connexion ne répond pas pour l’instant."


def create_site(portals: Sequence[Settings]) -> DispatcherMiddleware:
    """Build all portals, each below the path of its landlord, and the front page."""
    looks = colours(portals)
    return DispatcherMiddleware(
        create_front(portals, looks), {f"/{settings.slug}": create_app(settings, looks) for settings in portals}
    )


def create_front(portals: Sequence[Settings], looks: str) -> Flask:
    """Build the front page, which leads to the portals."""
    app = _dressed(Flask(__name__), looks)
    app.add_url_rule("/", "front", lambda: render_template("front.html", portals=portals))
    return app


def create_app(settings: Settings, looks: str = "") -> Flask:
    """Build one portal.

    Args:
        settings: the provider it trusts, its own address and its words.
        looks: colours of the portals, as CSS.
    """
    app = _dressed(Flask(__name__), looks)
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME=f"portal-{settings.slug}",
        SESSION_COOKIE_PATH=f"/{settings.slug}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    provider = OAuth(app, cache=Shelf[str](SESSION_SECONDS)).register(
        "provider",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        server_metadata_url=f"{settings.issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": SCOPE, "code_challenge_method": "S256", "default_timeout": TIMEOUT_SECONDS},
    )
    app.extensions[EXTENSION] = Portal(settings, provider, Shelf(SESSION_SECONDS))
    app.register_blueprint(pages)
    app.register_blueprint(adviser.pages)
    app.context_processor(lambda: {"portal": settings})
    app.register_error_handler(OAuthError, refused)
    app.register_error_handler(JoseError, untrusted)
    app.register_error_handler(RequestException, unreachable)
    return app


def colours(portals: Sequence[Settings]) -> str:
    """Write the portals' colours as CSS; whatever carries `data-portal` wears them."""
    day = "".join(f'[data-portal="{one.slug}"]{{--accent:{one.colour}}}' for one in portals)
    night = "".join(f'[data-portal="{one.slug}"]{{--accent:{one.colour_dark}}}' for one in portals)
    return f"{day}@media (prefers-color-scheme:dark){{{night}}}"


def _dressed(app: Flask, looks: str) -> Flask:
    """Give an application the colours and the headers that all of them have."""
    app.add_url_rule("/colours.css", "colours", lambda: Response(looks, mimetype="text/css"))
    app.after_request(protect)
    return app


def refused(error: OAuthError) -> tuple[str, int]:
    """Say in words why the provider, or the library, refused."""
    return render_template("refused.html", reason=REASONS.get(error.error, NO_REASON)), HTTPStatus.BAD_REQUEST


def untrusted(_: JoseError) -> tuple[str, int]:
    """Answer a token that does not stand up to examination."""
    return render_template("refused.html", reason=NO_REASON), HTTPStatus.BAD_REQUEST


def unreachable(_: RequestException) -> tuple[str, int]:
    """Answer while the provider does not."""
    return render_template("refused.html", reason=UNREACHABLE), HTTPStatus.SERVICE_UNAVAILABLE


def protect(response: Response) -> Response:
    """Add the security headers; no `form-action`, because sign-out goes on to the provider."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
