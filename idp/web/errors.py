"""Error pages: what happened, what to do, whom to call; never a trace, never an echo."""

from http import HTTPStatus

from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from idp.logs import Log
from idp.services.codes import SessionOverError
from idp.services.vault import new_secret
from idp.web.database import db
from idp.web.landlord import landlord_or_none

log = Log("idp.errors")


def init(app: Flask) -> None:
    """Attach the error pages to an application."""
    app.register_error_handler(CSRFError, expired)
    app.register_error_handler(SessionOverError, signed_out)
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(Exception, failed)


def expired(_: CSRFError) -> tuple[str, int]:
    """Answer a form without a valid token: the page was open too long, or another site sent it."""
    return page("expired", HTTPStatus.BAD_REQUEST)


def signed_out(_: SessionOverError) -> tuple[str, int]:
    """Answer somebody who has signed out in another tab at this very moment: the same page asks for a sign-in now."""
    db.session.rollback()
    g.pop("work", None)
    return page("expired", HTTPStatus.BAD_REQUEST)


def refused(error: HTTPException) -> tuple[str, int] | Response:
    """Answer a request that cannot be served."""
    if error.response is not None and isinstance(error.response, Response):
        return error.response
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    kind = "not_found" if code == HTTPStatus.NOT_FOUND else "refused"
    return page(kind, code)


def failed(error: Exception) -> tuple[str, int]:
    """Answer after a fault of ours; the reference on the page finds the line in the log."""
    db.session.rollback()
    g.pop("work", None)
    reference = new_secret()[:10]
    log.exception("request.failed", reference=reference, endpoint=request.endpoint)
    return page("failed", InternalServerError.code, reference=reference)


def page(kind: str, code: int, **values: str) -> tuple[str, int]:
    """Render an error page; without a landlord a plain one."""
    template = f"errors/{kind}.html" if landlord_or_none() else "errors/plain.html"
    return render_template(template, code=code, **values), code
