"""The fields of the landlord's proof, made from its recipe."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from wtforms import FormField

from idp.settings.landlord import Landlord
from idp.settings.registration import Asked
from idp.web.date_field import BirthDate
from idp.web.forms import Form, text_field
from idp.web.texts import said
from idp.web.words import _l

NAMES = {
    "identifier": _l("Identifier"),
    "last_name": _l("Last name"),
    "first_name": _l("First name"),
    "phone": _l("Telephone"),
    "birth_date": _l("Date of birth"),
}
MISSING = {
    "identifier": _l("Type the identifier printed on your notice."),
    "last_name": _l("Type your last name."),
    "first_name": _l("Type your first name."),
    "phone": _l("Type your telephone number."),
}
NO_DATE = _l("Type day, month and year, such as 31 3 1954.")
AUTOCOMPLETE = {"last_name": "family-name", "first_name": "given-name", "phone": "tel", "identifier": "username"}


class Born(BirthDate):
    """A date of birth that must be one; the words of an error stand with the group of its fields."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse what is no day of the calendar."""
        if super().validate(extra_validators) and self.value() is not None:
            return True
        self.day.errors = [NO_DATE]
        return False


def proof_fields(landlord: Landlord, asks: Sequence[Asked] | None = None) -> dict[str, Any]:
    """Make the fields of a landlord's proof, or of those facts only, by name and in order."""
    return {asked.field: _field(landlord, asked) for asked in (_asks(landlord) if asks is None else asks)}


def given_in(form: Form, landlord: Landlord, asks: Sequence[Asked] | None = None) -> dict[str, str | date | None]:
    """Read what was typed into the fields of the proof, or of those facts only."""
    found: dict[str, str | date | None] = {}
    for asked in _asks(landlord) if asks is None else asks:
        field = form[asked.field]
        found[asked.field] = field.form.value() if isinstance(field, FormField) else field.data
    return found


def called(landlord: Landlord, asked: Asked) -> str:
    """Say what the pages of a landlord call a fact, in the language of the page."""
    return _own_name(landlord, asked) or str(NAMES.get(asked.field, asked.field))


def init(app: Flask) -> None:
    """Let templates name the facts."""
    app.add_template_global(called)


def _asks(landlord: Landlord) -> list[Asked]:
    return landlord.registration.asks if landlord.registration else []


def _own_name(landlord: Landlord, asked: Asked) -> str:
    return said(asked.label) or (said(landlord.identifier_label) if asked.field == "identifier" else "")


def _missing(landlord: Landlord, asked: Asked) -> str:
    """Ask for a fact by the name that stands above its field, so that nobody looks for another."""
    if asked.field in MISSING and not _own_name(landlord, asked):
        return MISSING[asked.field]
    return _("Fill in “%(field)s”.", field=called(landlord, asked))


def _field(landlord: Landlord, asked: Asked) -> Any:
    if asked.field == "birth_date":
        return FormField(Born, called(landlord, asked))
    digits = asked.digits_only or (asked.field == "identifier" and landlord.sign_in.identifier.digits_only)
    return text_field(
        called(landlord, asked),
        _missing(landlord, asked),
        autocomplete=AUTOCOMPLETE.get(asked.field, "off"),
        autocapitalize="words" if asked.field in ("last_name", "first_name") else "none",
        spellcheck="false",
        inputmode="numeric" if digits else "text",
    )
