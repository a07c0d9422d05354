"""The landlord of the current request, as the front door found it."""

from flask import abort, has_request_context, request

from idp.settings.landlord import Landlord
from idp.web.front_door import LANDLORD


def landlord_or_none() -> Landlord | None:
    """Return the landlord of the request, or None at the server's own addresses."""
    if not has_request_context():
        return None
    found: Landlord | None = request.environ.get(LANDLORD)
    return found


def current_landlord() -> Landlord:
    """Return the landlord of the request; without one the page does not exist."""
    return landlord_or_none() or abort(404)
