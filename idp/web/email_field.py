"""The field for an e-mail address."""

from collections.abc import Callable

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError

from idp.web.forms import text_field
from idp.web.words import _l


def email_field(label: str, *checks: Callable[..., None], autocomplete: str = "email") -> StringField:
    """Make a required field for one e-mail address.

    Args:
        label: its label, translated late.
        checks: further validators, of the address in its normal form.
        autocomplete: `email`, or `username` where people sign in with it.
    """
    return text_field(
        label,
        _l("Type your e-mail address."),
        one_address,
        *checks,
        autocomplete=autocomplete,
        inputmode="email",
        autocapitalize="none",
        spellcheck="false",
        type="email",
    )


def one_address(form: FlaskForm, field: StringField) -> None:
    """Accept one deliverable-looking address, and bring it to its normal form."""
    try:
        found = validate_email((field.data or "").strip(), check_deliverability=False)
    except EmailNotValidError:
        raise ValidationError(_l("This is not a complete address. It looks like name@example.fr.")) from None
    field.data = found.normalized
