"""What the log says of requests."""

import time

from flask import Flask, Response, g, request

from idp.logs import Log
from idp.web.landlord import landlord_or_none
from idp.web.network import network_of

QUIET = ("static", "server.health")

log = Log("idp.request")


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
