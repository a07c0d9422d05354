"""One state of a page, as any of the landlords has it, and the forms that stand on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, g, render_template
from werkzeug.datastructures import MultiDict

from idp.domain.captchas import Fault
from idp.settings.assistance import When
from idp.settings.landlord import Landlord
from idp.settings.loader import load
from idp.web.captchas import CaptchaField
from idp.web.forms import Form
from idp.web.landlord import current_landlord
from idp.web.sentences import sentence
from tests.conftest import ROOT

NONCE = "nonce-of-this-page"
LANDLORDS = load(ROOT / "config", {}).landlords
MakeForm = Callable[[], Form]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class State:
    """A template with what its view gives it.

    Attributes:
        template: its name.
        path: where the page stands, below the landlord's root.
        form: made within the request.
        values: what else the view gives, or what makes it within the request.
        error: whether the page says that something went wrong.
        journey: the pending request of an app.
        landlords: slugs of those who have such a page.
    """

    template: str
    path: str
    form: MakeForm | None = None
    values: Values | Callable[[], Values] = field(default_factory=dict)
    error: bool = False
    journey: str = ""
    landlords: tuple[str, ...] = tuple(LANDLORDS)

    def render(self, app: Flask, locale: str = "fr", landlord: str = "") -> str:
        """Render the page as a landlord's, the first one's where none is named."""
        slug = landlord or self.landlords[0]
        where = {"loge.landlord": slug, "SCRIPT_NAME": f"/{slug}"}
        query = {"lang": locale} | ({"journey": self.journey} if self.journey else {})
        with app.test_request_context(self.path, query_string=query, environ_overrides=where):
            g.nonce = NONCE
            values = self.values() if callable(self.values) else self.values
            form = {"form": self.form()} if self.form else {}
            return render_template(self.template, **form, **values)


def those(has: Callable[[Landlord], object]) -> tuple[str, ...]:
    """Name the landlords whose configuration has something."""
    return tuple(slug for slug, landlord in LANDLORDS.items() if has(landlord))


def empty(kind: type[Form]) -> MakeForm:
    return lambda: kind(formdata=None)


def sent(kind: Callable[..., Form], **typed: str) -> MakeForm:
    """Make a form as it was sent, judged."""

    def make() -> Form:
        form = kind(formdata=MultiDict(typed))
        form.validate()
        return form

    return make


def asked(make: MakeForm, *, mailed: bool = False) -> MakeForm:
    """Let a form ask for the six digits too."""

    def made() -> Form:
        form = make()
        digits = next(item for item in form if isinstance(item, CaptchaField))
        digits.due, digits.mailed, digits.reference = True, mailed, "r" * 43
        if form.errors:
            digits.errors = [sentence(Fault.WRONG)]
        return form

    return made


def asked_by(when: Callable[[Landlord], When], make: MakeForm) -> MakeForm:
    """Let a form ask for the six digits where the landlord always does."""

    def made() -> Form:
        form = asked(make) if when(current_landlord()) == "always" else make
        return form()

    return made
