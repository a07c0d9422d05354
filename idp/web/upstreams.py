"""The other providers of the present landlord: their buttons, and what the application keeps of them."""

from collections.abc import Sequence

from flask import Flask, current_app
from flask_babel import get_locale

from idp.services.upstreams import Upstream, Upstreams
from idp.web.landlord import current_landlord
from idp.web.runtime import runtime_of

EXTENSION = "loge.upstreams"


def init(app: Flask) -> None:
    """Read the credentials once, and let every template show the buttons.

    Raises:
        NotReadyError: when a secret cannot be used.
    """
    app.extensions[EXTENSION] = Upstreams(runtime_of(app).settings)
    app.add_template_global(offered, "social_providers")
    app.add_template_global(label_of, "social_label")


def upstreams() -> Upstreams:
    """Return the providers of all landlords."""
    found: Upstreams = current_app.extensions[EXTENSION]
    return found


def offered() -> Sequence[Upstream]:
    """List the providers that the present landlord offers."""
    return upstreams().offered(current_landlord().slug)


def find(name: str) -> Upstream | None:
    """Find a provider of the present landlord."""
    return upstreams().find(current_landlord().slug, name)


def prover() -> Upstream | None:
    """Find the public identity service by which people of the present landlord may register, where there is one."""
    registration = current_landlord().registration
    vouched = registration.vouched if registration else None
    return find(vouched.provider) if vouched else None


def label_of(upstream: Upstream) -> str:
    """Name a provider as people know it."""
    return upstream.settings.called(str(get_locale() or "fr"))
