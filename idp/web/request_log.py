"""What the log says of requests and of the audit trail."""

import time
from typing import Any

import structlog
from flask import Flask, Response, g, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from idp.models import Event
from idp.web.database import db
from idp.web.landlord import landlord_or_none
from idp.web.network import network_of

QUIET = ("static", "server.health")
PENDING = "loge_events"

log = structlog.get_logger("idp.request")
trail = structlog.get_logger("idp.event")


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


@event.listens_for(db.session, "after_flush")
def collect(session: Session, _: Any) -> None:
    """Remember the audit events of a transaction."""
    session.info.setdefault(PENDING, []).extend(described(row) for row in session.new if isinstance(row, Event))


@event.listens_for(db.session, "after_commit")
def tell(session: Session) -> None:
    """Log the audit events once they are true."""
    for entry in session.info.pop(PENDING, []):
        trail.info(**entry)


@event.listens_for(db.session, "after_soft_rollback")
def forget(session: Session, _: Any) -> None:
    """Forget the audit events of a transaction that came to nothing."""
    session.info.pop(PENDING, None)


def described(row: Event) -> dict[str, Any]:
    """List what the log says of an audit event."""
    return {
        "event": str(row.name),
        "landlord": row.landlord,
        "account": row.account_id,
        "holder": row.holder_id,
        "client": row.client_id,
        "network": row.network,
        "details": row.details or None,
    }
