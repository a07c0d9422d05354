"""The sign-in form."""

from wtforms import BooleanField

from idp.domain.captchas import Place
from idp.settings.landlord import Landlord
from idp.web.captchas import CaptchaField
from idp.web.forms import Form, password_field, text_field
from idp.web.words import _l


class SignInForm(Form):
    """Identifier and password."""

    identifier = text_field(
        _l("Identifier"),
        _l("Type your identifier."),
        autocomplete="username",
        autocapitalize="none",
        spellcheck="false",
        enterkeyhint="next",
    )
    password = password_field(_l("Password"), _l("Type your password."), "current-password")
    remember = BooleanField(_l("Remember me"))
    captcha = CaptchaField(Place.SIGN_IN)


def sign_in_form(landlord: Landlord, **values: object) -> SignInForm:
    """Make the form; staying signed in stands on it only where the landlord offers it."""
    form = SignInForm(**values)
    if landlord.sign_in.remember is None:
        del form.remember
    return form
