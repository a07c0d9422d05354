"""Commits the work of a request once its answer is ready, and before the answer leaves."""

from http import HTTPStatus

from flask import Flask, Response

from idp.web.current import commit
from idp.web.database import db


def init(app: Flask) -> None:
    """Attach the end of the transaction to an application."""
    app.after_request(finish)


def finish(response: Response) -> Response:
    """Commit, refusals included: the failed attempt they counted must stay counted."""
    if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        commit()
    else:
        db.session.rollback()
    return response
