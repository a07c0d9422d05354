"""The form that asks for a new password, wherever one is asked for."""

from idp.web.forms import Form, password_field
from idp.web.words import _l


class NewPasswordForm(Form):
    """The new password, twice."""

    password = password_field(_l("New password"), _l("Type the new password."), "new-password")
    confirmation = password_field(_l("The same password again"), _l("Type the new password again."), "new-password")
