"""The cookies of a landlord: their names and attributes."""

from datetime import timedelta

from flask import request
from werkzeug.http import dump_cookie
from werkzeug.wrappers import Response

from idp.settings.landlord import Landlord

BROWSER = "browser"
SESSION = "session"
"""What names the session on the server."""
REMEMBERED = "remember"
"""What names a browser that stays signed in."""
DEVICE = "device"
DEVICE_LIFETIME = timedelta(days=730)
TRUSTED = "trusted"


def cookie_name(landlord: Landlord, purpose: str) -> str:
    """Name a cookie so that only the landlord's own host over https can have set it.

    Plain http exists on the loopback only, where the `__Host-` prefix would keep some browsers from storing it.
    """
    prefix = "__Host-" if landlord.secure else ""
    return f"{prefix}{landlord.slug}-{purpose}"


def cookie_header(landlord: Landlord, purpose: str, value: str, lifetime: timedelta | None = None) -> tuple[str, str]:
    """Compose the header of a cookie that scripts cannot read; without a lifetime it ends with the browser.

    A lifetime goes as an age alone: a date would compare the browser's clock with ours (RFC 6265 §4.1.2.2).
    """
    name = cookie_name(landlord, purpose)
    return "Set-Cookie", dump_cookie(
        name, value, max_age=lifetime, sync_expires=False, secure=landlord.secure, httponly=True, samesite="Lax"
    )


def set_cookie(
    response: Response, landlord: Landlord, purpose: str, value: str, lifetime: timedelta | None = None
) -> None:
    """Set a cookie on an answer; see `cookie_header`."""
    response.headers.add(*cookie_header(landlord, purpose, value, lifetime))


def delete_cookie(response: Response, landlord: Landlord, purpose: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(
        cookie_name(landlord, purpose), path="/", secure=landlord.secure, httponly=True, samesite="Lax"
    )


def read_cookie(landlord: Landlord, purpose: str) -> str | None:
    """Read a cookie of the current request."""
    return request.cookies.get(cookie_name(landlord, purpose))
