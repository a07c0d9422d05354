"""The form of « Mot de passe oublié »."""

from idp.domain.captchas import Place
from idp.web.captchas import CaptchaField
from idp.web.forms import Form, text_field
from idp.web.words import _l


class ForgottenPasswordForm(Form):
    """The identifier."""

    identifier = text_field(
        _l("Identifier"),
        _l("Type your identifier."),
        autocomplete="username",
        autocapitalize="none",
        spellcheck="false",
    )
    captcha = CaptchaField(Place.RECOVERY)
