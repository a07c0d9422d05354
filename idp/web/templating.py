"""What every template can use."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale

from idp.web.landlord import landlord_or_none
from idp.web.safety import nonce

KEPT = ("journey", "then")
LANGUAGE_NAMES = {"fr": "Français", "en": "English"}


def here(**changes: str) -> str:
    """Address of the present page, with parameters of the query changed; an unknown page leads to the sign-in."""
    if request.endpoint is None:
        return to("sign_in.show", **changes)
    # Names in a query are the caller's: url_for would take some of them for its own options.
    query = urlencode({**request.args.to_dict(), **changes})
    return url_for(request.endpoint, **(request.view_args or {})) + (f"?{query}" if query else "")


def in_language(code: str) -> str:
    """Address of the present page in a language; what only takes forms leads to the sign-in."""
    return here(lang=code) if _can_be_opened() else to("sign_in.show", lang=code)


def answers_a_form() -> bool:
    """Tell whether the page answers a form that can be shown again at its own address."""
    return request.method == "POST" and _can_be_opened()


def _can_be_opened() -> bool:
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(method="GET")


def to(endpoint: str, **values: str) -> str:
    """Address of another page of the same journey."""
    return url_for(endpoint, **(kept() | values))


def kept() -> dict[str, Any]:
    """Parameters that go from page to page: the journey, or where to go without one."""
    return {name: request.args[name] for name in KEPT if request.args.get(name)}


def shared() -> dict[str, object]:
    """Names that every template knows."""
    return {
        "landlord": landlord_or_none(),
        "locale": str(get_locale() or "fr"),
        "nonce": nonce(),
        "language_names": LANGUAGE_NAMES,
        "answers_a_form": answers_a_form,
        "here": here,
        "in_language": in_language,
        "to": to,
    }


def init(app: Flask) -> None:
    """Attach the shared names to an application."""
    app.context_processor(shared)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
