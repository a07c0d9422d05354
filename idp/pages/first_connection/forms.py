"""The forms of the first connection."""

from datetime import date

from email_validator import EmailNotValidError, validate_email
from wtforms import FormField, StringField, ValidationError
from wtforms.form import Form as PlainForm
from wtforms.validators import Optional

from idp.web.forms import FIELD_LIMIT, Form, password_field, text_field
from idp.web.words import _l


class BirthDate(PlainForm):
    """A date typed in three fields."""

    day = StringField(_l("Day"), [Optional()], render_kw={"inputmode": "numeric", "autocomplete": "bday-day"})
    month = StringField(_l("Month"), [Optional()], render_kw={"inputmode": "numeric", "autocomplete": "bday-month"})
    year = StringField(_l("Year"), [Optional()], render_kw={"inputmode": "numeric", "autocomplete": "bday-year"})

    def value(self) -> date | None:
        """Return the date, or None where the three fields make none."""
        parts = [self.year.data or "", self.month.data or "", self.day.data or ""]
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            return None
        try:
            return date(*(int(part) for part in parts))
        except ValueError:
            return None


class ProveForm(Form):
    """Identifier, and the code of the letter or the password of the former portal."""

    identifier = text_field(
        _l("Identifier"),
        _l("Type the identifier printed on your notice."),
        autocomplete="username",
        autocapitalize="none",
        spellcheck="false",
        enterkeyhint="next",
    )
    password = password_field(
        _l("Password"), _l("Type the six digits of the letter, or your former password."), "current-password"
    )


class ProveWithBirthDateForm(ProveForm):
    """The same, with the second fact that is asked while many codes are being tried."""

    birth_date = FormField(BirthDate, _l("Date of birth"))


class ProveWithNameForm(ProveForm):
    """The same, with the last name as second fact."""

    last_name = text_field(_l("Last name"), _l("Type your last name."), autocomplete="family-name")


class EmailForm(Form):
    """The address to confirm."""

    email = text_field(
        _l("E-mail"),
        _l("Type your e-mail address."),
        limit=FIELD_LIMIT,
        autocomplete="email",
        inputmode="email",
        autocapitalize="none",
        spellcheck="false",
        type="email",
    )

    def validate_email(self, field: StringField) -> None:
        """Accept one deliverable-looking address, in its normal form."""
        try:
            found = validate_email((field.data or "").strip(), check_deliverability=False)
        except EmailNotValidError:
            raise ValidationError(_l("This is not a complete address. It looks like name@example.fr.")) from None
        field.data = found.normalized


class ResendForm(Form):
    """One button: send the mail again."""


class ConfirmForm(Form):
    """One button: confirm the address."""
