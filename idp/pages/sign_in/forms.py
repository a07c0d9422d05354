"""The sign-in form."""

from idp.domain.captchas import Place
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
    captcha = CaptchaField(Place.SIGN_IN)
