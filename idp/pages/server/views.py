"""Health."""

from flask import Blueprint, Response
from sqlalchemy import text

from idp.web.database import READ_ONLY, db
from idp.web.stance import stance

pages = Blueprint("server", __name__)


@pages.get("/healthz")
@stance(None, landlord=False)
def health() -> Response:
    """Answer 200 when the database answers."""
    db.session.connection(execution_options=READ_ONLY).execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")
