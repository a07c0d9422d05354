"""The forms of « Identifiant oublié »."""

from wtforms import FormField

from idp.web.email_field import email_field
from idp.web.forms import Form, text_field
from idp.web.proof_fields import Born
from idp.web.words import _l


class AddressForm(Form):
    """The address that the identifier goes to."""

    email = email_field(_l("E-mail"))


class PersonForm(Form):
    """Name and date of birth."""

    last_name = text_field(
        _l("Last name"), _l("Type your last name."), autocomplete="family-name", spellcheck="false"
    )
    first_name = text_field(
        _l("First name"), _l("Type your first name."), autocomplete="given-name", spellcheck="false"
    )
    birth_date = FormField(Born, _l("Date of birth"))
