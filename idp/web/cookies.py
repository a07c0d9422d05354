"""The cookies of a landlord: names, attributes and the pre-session."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, Request, request
from flask import Response as Answer
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from idp.settings.landlord import Landlord
from idp.web.landlord import landlord_or_none

SIGNER = "loge.cookie_signer"
BROWSER_OF = "loge.browser_of"
"""What the application keeps to read which browser a pre-session names."""
BROWSER = "browser"
SESSION = "session"
"""What names the session on the server."""
DEVICE_LIFETIME = timedelta(days=730)


def cookie_name(landlord: Landlord, purpose: str) -> str:
    """Name a cookie so that only the landlord's own host over https can have set it.

    Plain http exists on the loopback only, where the `__Host-` prefix would keep some browsers from storing it.
    """
    prefix = "__Host-" if landlord.secure else ""
    return f"{prefix}{landlord.slug}-{purpose}"


def set_cookie(
    response: Response, landlord: Landlord, purpose: str, value: str, lifetime: timedelta | None = None
) -> None:
    """Set a cookie that scripts cannot read; without a lifetime it ends with the browser."""
    response.set_cookie(
        cookie_name(landlord, purpose),
        value,
        max_age=lifetime,
        path="/",
        secure=landlord.secure,
        httponly=True,
        samesite="Lax",
    )


def delete_cookie(response: Response, landlord: Landlord, purpose: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(
        cookie_name(landlord, purpose), path="/", secure=landlord.secure, httponly=True, samesite="Lax"
    )


def read_cookie(landlord: Landlord, purpose: str) -> str | None:
    """Read a cookie of the current request."""
    return request.cookies.get(cookie_name(landlord, purpose))


BrowserOf = Callable[[str], str | None]


def init(app: Flask) -> None:
    """Have an application keep its pre-sessions in a signed cookie."""
    app.session_interface = interface = PreSession()
    signer = interface.get_signing_serializer(app)
    assert signer is not None

    def browser_of(cookie: str) -> str | None:
        try:
            kept: dict[str, Any] = signer.loads(cookie, max_age=int(app.permanent_session_lifetime.total_seconds()))
        except BadData:
            return None
        return kept.get(BROWSER)

    app.extensions[BROWSER_OF] = browser_of


class PreSession(SecureCookieSessionInterface):
    """Flask's signed cookie, one a landlord: it holds the CSRF token and names the browser, never a person."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie; without one, as from every app, there is nothing to check a signature with."""
        if "HTTP_COOKIE" not in request.environ or self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Answer) -> None:
        """Set the cookie where it was looked at."""
        if session.accessed or session.modified:
            super().save_session(app, session, response)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Make what signs once: the secret is the application's as long as it lives."""
        if SIGNER not in app.extensions:
            app.extensions[SIGNER] = super().get_signing_serializer(app)
        found: URLSafeTimedSerializer | None = app.extensions[SIGNER]
        return found

    def get_cookie_name(self, app: Flask) -> str:
        """Name the cookie after the landlord of the request."""
        landlord = landlord_or_none()
        return cookie_name(landlord, BROWSER) if landlord else f"loge-{BROWSER}"

    def get_cookie_path(self, app: Flask) -> str:
        """Whole host, as the `__Host-` prefix demands."""
        return "/"

    def get_cookie_secure(self, app: Flask) -> bool:
        """Https only, except on the loopback."""
        landlord = landlord_or_none()
        return landlord.secure if landlord else False
