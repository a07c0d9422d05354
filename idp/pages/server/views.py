"""Health."""

from flask import Blueprint, Response
from sqlalchemy import text

from idp.web.database import present_session
from idp.web.stance import stance

pages = Blueprint("server", __name__)


@pages.get("/healthz")
@stance(None, landlord=False)
def health() -> Response:
    """Answer 200 when the database answers."""
    session = present_session()
    session.only_reads = True
    session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")
