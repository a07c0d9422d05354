"""The forms of « Connecter un appareil »."""

from idp.web.forms import Form, text_field
from idp.web.words import _l


class CodeForm(Form):
    """The code that the device shows."""

    user_code = text_field(
        _l("Code on the device"),
        _l("Type the eight letters that the device shows."),
        limit=40,
        autocomplete="off",
        autocapitalize="characters",
        autocorrect="off",
        spellcheck="false",
        enterkeyhint="next",
    )
