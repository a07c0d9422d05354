"""The forms of the first connection."""

from wtforms import FormField

from idp.web.date_field import BirthDate
from idp.web.email_field import email_field
from idp.web.forms import Form, password_field, text_field
from idp.web.words import _l


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

    email = email_field(_l("E-mail"))
