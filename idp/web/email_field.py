"""The field for an e-mail address."""

from collections.abc import Callable

from flask import request
from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError

from idp.domain.email_suggestions import suggestion
from idp.web.forms import text_field
from idp.web.words import _l

FIELDS = ("email", "email_again")
ASKED = "email_asked"
CHOICE = "email_choice"
USE = "use"


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
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 -- its tables are slow to build

    try:
        found = validate_email((field.data or "").strip(), check_deliverability=False)
    except EmailNotValidError:
        raise ValidationError(_l("This is not a complete address. It looks like name@example.fr.")) from None
    field.data = found.normalized


def take_choice(form: FlaskForm) -> None:
    """Put the address that was suggested in place of the typed one, where the person has chosen it."""
    meant = suggestion(request.form.get(ASKED, "")) if request.form.get(CHOICE) == USE else None
    for name in FIELDS if meant else ():
        if name in form:
            form[name].data = meant


def doubt(form: FlaskForm) -> str | None:
    """Say which address was probably meant, to ask once with `parts/email_suggestion.html`.

    The person answers with one of its buttons, or by sending the address again; what is typed stays as it is.

    Args:
        form: a form with the field `email`; `take_choice` before it was validated.
    """
    typed = form["email"].data or ""
    answered = CHOICE in request.form or request.form.get(ASKED) == typed
    return None if answered else suggestion(typed)
