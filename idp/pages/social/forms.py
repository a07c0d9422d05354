"""The forms around linked accounts."""

from idp.web.forms import Form
from idp.web.password_form import present_password_field


class PresentPasswordForm(Form):
    """The password once more."""

    present = present_password_field()


class OneButtonForm(Form):
    """One button, and nothing to fill in."""
