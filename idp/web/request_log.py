"""What the log says of requests."""

import time

from flask import Flask, Response, g

from idp.logs import Log
from idp.settings.landlord import Landlord
from idp.web.landlord import landlord_or_none
from idp.web.network import network_of
from idp.web.present import present_globals, present_request

STARTED = "loge.started"
"""What a request says of its beginning that came by the side door first, as the process's counter had it."""
QUIET = ("static", "server.health")

log = Log("idp.request")


def init(app: Flask) -> None:
    """Attach the lines to an application."""
    app.before_request(start)
    app.after_request(finish)


def start() -> None:
    """Note when the request came."""
    g.started = present_request().environ.get(STARTED) or time.perf_counter()


def finish(response: Response) -> Response:
    """Log a request under the name of its endpoint: addresses may carry tokens, and whatever a stranger likes."""
    asked, started = present_request(), present_globals().get("started")
    if asked.endpoint not in QUIET:
        network = network_of(asked.remote_addr)
        tell(
            landlord_or_none(),
            asked.method,
            asked.endpoint or "none",
            response.status_code,
            started=started,
            network=network,
        )
    return response


def tell(
    landlord: Landlord | None, method: str, endpoint: str, status: int, *, started: float | None, network: str
) -> None:
    """Log a request that is answered; `started` is what the process's counter said at its beginning, in seconds."""
    log.info(
        "request",
        landlord=landlord.slug if landlord else None,
        method=method,
        endpoint=endpoint,
        status=int(status),
        milliseconds=None if started is None else round((time.perf_counter() - started) * 1000, 1),
        network=network,
    )
