"""Ceilings on requests from one network, by Flask-Limiter; lockouts are not its business."""

import time
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Literal, NamedTuple

from flask import Flask, abort
from flask_limiter import Limiter
from flask_limiter._extension import LimiterContext
from limits import RateLimitItem, parse_many
from limits.storage import Storage

from idp.logs import Log
from idp.settings.server import RateLimits
from idp.web import counters
from idp.web.current import current_stance
from idp.web.landlord import landlord_or_none
from idp.web.network import network_of
from idp.web.present import present_app, present_request
from idp.web.runtime import runtime_of
from idp.web.stance import SAFE_METHODS

CEILINGS = "loge.ceilings"
COUNTED = "loge.counted"
"""What a request says that was counted before Flask saw it."""
PAUSE_SECONDS = 5
NETWORKS = 4096
"""Of so many the windows stay named."""
TIMEOUTS: Any = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
Kind = Literal["forms", "pages", "protocol"]

log = Log("idp.limits")


class Window(NamedTuple):
    """Where the requests of one network are counted: under which key, for how long, and how many it may make."""

    key: str
    seconds: int
    most: int


class Ceilings:
    """How often one network may ask a landlord for something of one kind.

    A storage that does not answer must neither stop the sign-in nor lift the limit: each process then counts for
    itself, and asks the storage again after a while.

    Args:
        limits: how often.
        shared: what counts, as long as it answers.
    """

    def __init__(self, limits: RateLimits, shared: Storage) -> None:
        kinds: Mapping[Kind, str] = {"forms": limits.forms, "pages": limits.pages, "protocol": limits.protocol}
        self._items: Mapping[Kind, list[RateLimitItem]] = {kind: parse_many(text) for kind, text in kinds.items()}
        self._shared, self._own = shared, counters.Counters()
        self._again_at = 0.0
        self._windows = lru_cache(maxsize=NETWORKS)(self._name_windows)  # to name one costs more than to count in it

    def admits(self, kind: Kind, landlord: str, network: str) -> bool:
        """Count a request, and tell whether it is below its ceiling."""
        hits = [self._count(window) <= window.most for window in self._windows(kind, landlord, network)]
        return all(hits)  # each was counted, also above another

    def _name_windows(self, kind: Kind, landlord: str, network: str) -> list[Window]:
        who = f"{kind}:{landlord}:{network}"
        return [Window(item.key_for(who), item.get_expiry(), item.amount) for item in self._items[kind]]

    def _count(self, window: Window) -> int:
        if time.monotonic() >= self._again_at:
            try:
                return self._shared.incr(window.key, window.seconds)
            except self._shared.base_exceptions:
                self._again_at = time.monotonic() + PAUSE_SECONDS
                log.exception("limits.unreachable", seconds=PAUSE_SECONDS)
        return self._own.incr(window.key, window.seconds)


class OneCeiling(Limiter):
    """Flask-Limiter where every request meets exactly one ceiling, so that none is searched for."""

    nothing = LimiterContext()

    @property
    def context(self) -> LimiterContext:
        """Return what is kept of the present request, which is nothing: there are no headers about limits."""
        return self.nothing

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        """Count the present request, and refuse it above its ceiling; what has none is not counted."""
        stance = current_stance()
        if stance is None or stance.limit is None:
            return
        asked, landlord = present_request(), landlord_or_none()
        if COUNTED in asked.environ:
            return
        kind: Kind = "pages" if asked.method in SAFE_METHODS else "forms"
        if stance.limit == "protocol":
            kind = "protocol"
        if not of(present_app()).admits(kind, landlord.slug if landlord else "-", network_of(asked.remote_addr)):
            abort(HTTPStatus.TOO_MANY_REQUESTS)


def init(app: Flask) -> None:
    """Attach the limits to an application."""
    limits = runtime_of(app).settings.rate_limits
    memory = limits.storage.startswith("memory")
    limiter = OneCeiling(
        lambda: network_of(present_request().remote_addr),
        app=app,
        storage_uri=f"{counters.SCHEME}://" if memory else limits.storage,
        storage_options={} if memory else TIMEOUTS,
    )
    app.extensions[CEILINGS] = Ceilings(limits, limiter.storage)


def of(app: Flask) -> Ceilings:
    """Return the ceilings of an application."""
    found: Ceilings = app.extensions[CEILINGS]
    return found
