"""The forms of « Mon compte »."""

from idp.web.email_field import email_field
from idp.web.forms import Form
from idp.web.password_form import present_password_field
from idp.web.words import _l


class NewAddressForm(Form):
    """The new address, and the password once more."""

    email = email_field(_l("New e-mail address"))
    present = present_password_field()
