"""Headers of every answer, and the checks made before any view."""

import secrets
from http import HTTPStatus

from flask import Flask, Response, abort, g, request

from idp.web.current import current_stance
from idp.web.landlord import landlord_or_none
from idp.web.stance import SAFE_METHODS

EVERYWHERE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
HSTS = ("Strict-Transport-Security", "max-age=31536000")
NOT_KEPT = (
    ("Cache-Control", "no-store"),
    ("Pragma", "no-cache"),  # says the same to caches of HTTP/1.0 (RFC 6749 §5.1)
)
POLICY = (
    "default-src 'none'; style-src 'self' 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' data:; "
    "media-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def init(app: Flask) -> None:
    """Attach the checks and the headers to an application."""
    app.before_request(check_stance)
    app.after_request(add_headers)


def nonce() -> str:
    """Return the nonce that marks the page's own style and script, drawn when a page first asks for it."""
    if "nonce" not in g:
        g.nonce = new_nonce()
    drawn: str = g.nonce
    return drawn


def new_nonce() -> str:
    """Draw what marks one page's own style and script."""
    return secrets.token_urlsafe(16)


def page_headers(nonce: str) -> tuple[tuple[str, str], ...]:
    """Compose the headers of a page that is marked so.

    There is no `form-action`: browsers apply it to the redirects after a form, and those end at an app.
    """
    return ("X-Frame-Options", "DENY"), ("Content-Security-Policy", POLICY.format(nonce=nonce))


def is_foreign(site: str | None) -> bool:
    """Tell whether a form comes from another site, by its `Sec-Fetch-Site` (Fetch Metadata §2.4)."""
    return site not in (None, "same-origin", "none")


def check_stance() -> None:
    """Refuse a landlord's page without a landlord, and a form that another site sent."""
    stance = current_stance()
    if stance is None:
        return
    if stance.landlord != (landlord_or_none() is not None):
        abort(404)
    foreign = is_foreign(request.headers.get("Sec-Fetch-Site"))
    if stance.csrf and foreign and request.method not in SAFE_METHODS:
        abort(400)


def add_headers(response: Response) -> Response:
    """Add the security headers."""
    stance = current_stance()
    landlord = landlord_or_none()
    headers = response.headers
    headers.extend(EVERYWHERE)
    if landlord and landlord.secure:
        headers.add(*HSTS)
    may_be_kept = request.endpoint == "static" or (stance and stance.cache)
    if not may_be_kept or response.status_code >= HTTPStatus.BAD_REQUEST:
        headers.extend(NOT_KEPT)
        headers.add("Vary", "Cookie")
    if response.mimetype == "text/html":
        for name, value in page_headers(nonce()):
            headers.setdefault(name, value)
    return response
