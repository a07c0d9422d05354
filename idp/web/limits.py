"""Ceilings on requests from one network, by Flask-Limiter; lockouts are not its business."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, abort, request
from flask_limiter import Limiter
from flask_limiter._extension import LimiterContext
from limits import RateLimitItem, parse_many

from idp.web import counters
from idp.web.current import SAFE_METHODS, current_stance
from idp.web.landlord import landlord_or_none
from idp.web.network import network_of
from idp.web.present import present_request
from idp.web.runtime import runtime, runtime_of


def key() -> str:
    """Count for each landlord and network."""
    landlord = landlord_or_none()
    return f"{landlord.slug if landlord else '-'}:{network_of(present_request().remote_addr)}"


def ceiling() -> str:
    """Choose the ceiling of the view that will answer."""
    limits = runtime().settings.rate_limits
    stance = current_stance()
    if stance is not None and stance.limit == "protocol":
        return limits.protocol
    return limits.pages if request.method in SAFE_METHODS else limits.forms


def unlimited() -> bool:
    """Leave out what has no ceiling: static files and addresses that do not exist."""
    stance = current_stance()
    return stance is None or stance.limit is None


class OwnCount(Limiter):
    """Flask-Limiter where each process counts for itself.

    Every request meets exactly one ceiling, so this does not search for the limits that apply.
    """

    ceilings: Mapping[str, list[RateLimitItem]] = {}
    nothing = LimiterContext()

    @property
    def context(self) -> LimiterContext:
        """Return what is kept of the present request, which is nothing: there are no headers about limits."""
        return self.nothing

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        """Count the present request, and refuse it above its ceiling."""
        if not unlimited():
            hits = [self.limiter.hit(item, key()) for item in self.ceilings[ceiling()]]
            if not all(hits):
                abort(HTTPStatus.TOO_MANY_REQUESTS)


def init(app: Flask) -> Limiter:
    """Attach the limits to an application.

    A storage that does not answer must neither stop the sign-in nor lift the limit: each process then counts
    for itself.
    """
    limits = runtime_of(app).settings.rate_limits
    if limits.storage.startswith("memory"):
        own = OwnCount(key, app=app, storage_uri=f"{counters.SCHEME}://")
        own.ceilings = {text: parse_many(text) for text in (limits.protocol, limits.pages, limits.forms)}
        return own
    timeouts: Any = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
    return Limiter(
        key,
        app=app,
        application_limits=[ceiling],
        application_limits_exempt_when=unlimited,
        storage_uri=limits.storage,
        storage_options=timeouts if limits.storage.startswith("redis") else {},
        in_memory_fallback_enabled=True,
    )
