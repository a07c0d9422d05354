"""Links of mails: their secret goes from the address into a cookie, so that it stays in no history and no log."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from idp.web.cookies import set_cookie
from idp.web.landlord import current_landlord


def taken_out(cookie: str, endpoint: str) -> Response:
    """Take the secret out of the address of the present request, and show the page of the link.

    Args:
        cookie: where it is kept.
        endpoint: the page.
    """
    response = redirect(url_for(endpoint), 303)
    set_cookie(response, current_landlord(), cookie, request.args.get("token", ""))
    return response
