"""The landlord of the current request, as the front door found it."""

from flask import abort, has_request_context

from idp.settings.landlord import Landlord
from idp.web.front_door import LANDLORD
from idp.web.present import present_request
from idp.web.runtime import runtime

FOUND = "loge.landlord_found"
"""Where a request keeps it: it is asked for some ten times."""


def landlord_or_none() -> Landlord | None:
    """Return the landlord of the request, or None at the server's own addresses."""
    if not has_request_context():
        return None
    environ = present_request().environ
    if FOUND not in environ:
        environ[FOUND] = runtime().settings.landlords.get(environ.get(LANDLORD, ""))
    found: Landlord | None = environ[FOUND]
    return found


def current_landlord() -> Landlord:
    """Return the landlord of the request; without one the page does not exist."""
    return landlord_or_none() or abort(404)
