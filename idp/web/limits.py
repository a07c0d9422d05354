"""Ceilings on requests from one network, by Flask-Limiter; lockouts are not its business."""

from typing import Any

from flask import Flask, request
from flask_limiter import Limiter

from idp.web.current import SAFE_METHODS, current_stance
from idp.web.landlord import landlord_or_none
from idp.web.network import network_of
from idp.web.runtime import runtime


def key() -> str:
    """Count for each landlord and network."""
    landlord = landlord_or_none()
    return f"{landlord.slug if landlord else '-'}:{network_of(request.remote_addr)}"


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


def init(app: Flask) -> Limiter:
    """Attach the limits to an application.

    A storage that does not answer must neither stop the sign-in nor lift the limit: each process then counts
    for itself.
    """
    storage = runtime_storage(app)
    timeouts: Any = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2} if storage.startswith("redis") else {}
    return Limiter(
        key,
        app=app,
        application_limits=[ceiling],
        application_limits_exempt_when=unlimited,
        storage_uri=storage,
        storage_options=timeouts,
        in_memory_fallback_enabled=not storage.startswith("memory"),
    )


def runtime_storage(app: Flask) -> str:
    """Read the storage address of an application that is being built."""
    storage: str = app.extensions["loge"].settings.rate_limits.storage
    return storage
