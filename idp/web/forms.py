"""Forms as the pages use them: bounded fields, words for what is missing, never a password back."""

import unicodedata
from collections.abc import Callable

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from idp.web.words import _l

FIELD_LIMIT = 254
PASSWORD_LIMIT = 128


class Form(FlaskForm):
    """A form of a hosted page."""

    def __init__(self, **values: object) -> None:
        """Fill the form from the request, or from values where nothing was sent."""
        FlaskForm.__init__(self, **values)


class OneButtonForm(Form):
    """One button, and nothing to fill in."""


def storable(form: FlaskForm, field: StringField) -> None:
    """Refuse what no database keeps and nobody types: control characters and lone surrogates."""
    if not is_storable(field.data or "", "\n" if isinstance(field, TextAreaField) else ""):
        raise ValidationError(_l("Use letters, digits and signs only."))


def is_storable(text: str, allowed: str = "") -> bool:
    """Tell whether a text has no control characters, but for those that are allowed, and no lone surrogates."""
    return not any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in allowed for sign in text)


def text_field(
    label: str, missing: str, *checks: Callable[..., None], limit: int = FIELD_LIMIT, **attributes: str
) -> StringField:
    """Make a required one-line text field.

    Args:
        label: its label, translated late.
        missing: what to say when it is empty.
        checks: further validators.
        limit: most characters.
        attributes: HTML attributes, such as `autocomplete`; `_` in a name stands for `-`.
    """
    return StringField(
        label,
        [InputRequired(missing), Length(max=limit, message=_l("This is too long.")), storable, *checks],
        render_kw=_html(attributes),
    )


def optional_field(
    label: str, *checks: Callable[..., None], limit: int = FIELD_LIMIT, **attributes: str
) -> StringField:
    """Make a one-line text field that may stay empty; see `text_field` for the arguments."""
    bounds = [Optional(), Length(max=limit, message=_l("This is too long.")), storable]
    return StringField(label, [*bounds, *checks], render_kw=_html(attributes))


def paragraph_field(label: str, missing: str, limit: int) -> TextAreaField:
    """Make a required field for several lines of plain text.

    Args:
        label: its label, translated late.
        missing: what to say when it is empty.
        limit: most characters.
    """
    bounds = [InputRequired(missing), Length(max=limit, message=_l("This is too long.")), storable]
    return TextAreaField(label, bounds, filters=[_one_kind_of_line], render_kw={"rows": "6", "maxlength": str(limit)})


def _one_kind_of_line(text: str | None) -> str | None:
    """Write lines as this program does, and tabs as spaces."""
    return text and text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")


def password_field(label: str, missing: str, autocomplete: str, *checks: Callable[..., None]) -> PasswordField:
    """Make a required password field, which is never filled in again after an error.

    Args:
        label: its label, translated late.
        missing: what to say when it is empty.
        autocomplete: `current-password` or `new-password`.
        checks: further validators.
    """
    return PasswordField(
        label,
        [InputRequired(missing), Length(max=PASSWORD_LIMIT, message=_l("This is too long.")), storable, *checks],
        render_kw={"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false"},
    )


def _html(attributes: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in attributes.items()}
