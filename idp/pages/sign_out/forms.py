"""The form that confirms a sign-out."""

from idp.web.forms import Form


class SignOutForm(Form):
    """One button: sign out."""
