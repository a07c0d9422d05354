"""What the log says of requests and of the audit trail."""

import time
from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from idp.logs import Log
from idp.services.audit import RECORDED
from idp.web.database import db
from idp.web.landlord import landlord_or_none
from idp.web.network import network_of

QUIET = ("static", "server.health")

log = Log("idp.request")
trail = Log("idp.event")


def init(app: Flask) -> None:
    """Attach the lines to an application."""
    app.before_request(start)
    app.after_request(finish)


def start() -> None:
    """Note when the request came."""
    g.started = time.perf_counter()


def finish(response: Response) -> Response:
    """Log a request under the name of its endpoint: addresses may carry tokens, and whatever a stranger likes."""
    if request.endpoint not in QUIET:
        landlord = landlord_or_none()
        log.info(
            "request",
            landlord=landlord.slug if landlord else None,
            method=request.method,
            endpoint=request.endpoint or "none",
            status=response.status_code,
            milliseconds=round((time.perf_counter() - g.started) * 1000, 1) if "started" in g else None,
            network=network_of(request.remote_addr),
        )
    return response


@event.listens_for(db.session, "after_commit")
def tell(session: Session) -> None:
    """Log the audit events of a transaction once they are true."""
    for recorded in session.info.pop(RECORDED, []):
        trail.info(
            str(recorded["name"]),
            landlord=recorded["landlord"],
            account=recorded["account_id"],
            holder=recorded["holder_id"],
            client=recorded["client_id"],
            network=recorded["network"],
            details=recorded["details"] or None,
        )


@event.listens_for(db.session, "after_soft_rollback")
def forget(session: Session, _: Any) -> None:
    """Forget the audit events of a transaction that came to nothing."""
    session.info.pop(RECORDED, None)
