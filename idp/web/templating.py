"""What every template can use."""

from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import get_locale

from idp.web.landlord import landlord_or_none


def here(**changes: str) -> str:
    """Address of the present page, with parameters of the query changed."""
    values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), **changes}
    return url_for(request.endpoint or "static", **values)


def to(endpoint: str, **values: str) -> str:
    """Address of another page of the same journey."""
    return url_for(endpoint, **(kept() | values))


def kept() -> dict[str, Any]:
    """Parameters that go from page to page: the journey."""
    journey = request.args.get("journey")
    return {"journey": journey} if journey else {}


def shared() -> dict[str, object]:
    """Names that every template knows."""
    return {
        "landlord": landlord_or_none(),
        "locale": str(get_locale() or "fr"),
        "nonce": g.get("nonce", ""),
        "here": here,
        "to": to,
    }


def init(app: Flask) -> None:
    """Attach the shared names to an application."""
    app.context_processor(shared)
    app.jinja_options = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
