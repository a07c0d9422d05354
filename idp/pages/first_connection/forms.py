"""The forms of the first connection."""

from idp.web.email_field import email_field
from idp.web.forms import Form
from idp.web.words import _l


class EmailForm(Form):
    """The address to confirm."""

    email = email_field(_l("E-mail"))
