"""The pre-session: a signed cookie, one a landlord, that names the browser and what its forms are checked by.

To pages it is Flask's session. The side door reads and writes the same cookie, without Flask.
"""

import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, Request
from flask import Response as Answer
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadData, URLSafeTimedSerializer

from idp.services.vault import new_secret
from idp.web.cookies import BROWSER, cookie_name
from idp.web.landlord import landlord_or_none

SIGNER = "loge.cookie_signer"
PRE_SESSIONS = "loge.pre_sessions"
CSRF = "csrf_token"
"""Under this name Flask-WTF keeps what the token of every form is compared with, and forms have the token."""
FORM_SALT = "wtf-csrf-token"
"""What Flask-WTF signs that token with besides the application's secret."""
CSRF_BYTES = 20

PreSession = Mapping[str, Any]


def begun() -> dict[str, str]:
    """Name a browser that was never here, with a secret that stays its own across sign-in."""
    return {BROWSER: new_secret(), CSRF: secrets.token_hex(CSRF_BYTES)}


class PreSessions:
    """Reads and writes pre-sessions, and the tokens of forms that Flask-WTF makes and takes.

    Args:
        cookies: signs the cookie.
        forms: signs the tokens.
        lifetime: how old a cookie may be, in seconds.
    """

    def __init__(self, cookies: URLSafeTimedSerializer, forms: URLSafeTimedSerializer, lifetime: int) -> None:
        self._cookies, self._forms, self._lifetime = cookies, forms, lifetime

    def read(self, cookie: str) -> PreSession | None:
        """Read a cookie; None where it is not one of ours."""
        try:
            kept: PreSession = self._cookies.loads(cookie, max_age=self._lifetime)
        except BadData:
            return None
        return kept

    def written(self, kept: PreSession) -> str:
        """Write the value of a cookie."""
        signed = self._cookies.dumps(dict(kept))
        assert isinstance(signed, str)
        return signed

    def form_token(self, kept: PreSession) -> str:
        """Make the token of a form that this browser is given."""
        signed = self._forms.dumps(kept[CSRF])
        assert isinstance(signed, str)
        return signed

    def is_form_token(self, kept: PreSession, sent: str) -> bool:
        """Tell whether a form that was sent is one that this browser was given."""
        try:
            found = self._forms.loads(sent)
        except BadData:
            return False
        return isinstance(found, str) and hmac.compare_digest(found.encode(), str(kept.get(CSRF)).encode())


def init(app: Flask) -> None:
    """Have an application keep its pre-sessions in a signed cookie."""
    app.session_interface = interface = Interface()
    cookies = interface.get_signing_serializer(app)
    assert cookies is not None
    assert app.secret_key is not None
    forms = URLSafeTimedSerializer(app.secret_key, salt=FORM_SALT)
    lifetime = int(app.permanent_session_lifetime.total_seconds())
    app.extensions[PRE_SESSIONS] = PreSessions(cookies, forms, lifetime)


class Interface(SecureCookieSessionInterface):
    """Flask's signed cookie, named after the landlord, and set only where it was looked at."""

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
