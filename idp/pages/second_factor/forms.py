"""The forms of the second factor."""

from wtforms import BooleanField

from idp.services import trusted_browsers
from idp.web.current import work
from idp.web.forms import Form, text_field
from idp.web.words import _l

CODE_LIMIT = 40


class CodeForm(Form):
    """A code that the authenticator app shows."""

    code = text_field(
        _l("Code of your app"),
        _l("Type the six digits that your app shows."),
        limit=CODE_LIMIT,
        inputmode="numeric",
        autocomplete="one-time-code",
        enterkeyhint="go",
    )


class AskedCodeForm(CodeForm):
    """The same, and whether to ask again next time."""

    trust = BooleanField(_l("Do not ask again on this device"))


class RecoveryCodeForm(Form):
    """A code from the list on paper."""

    code = text_field(
        _l("Recovery code"),
        _l("Type one of the codes of your list."),
        limit=CODE_LIMIT,
        autocomplete="off",
        autocapitalize="none",
        spellcheck="false",
        enterkeyhint="go",
    )


def asked_code_form() -> AskedCodeForm:
    """Make the form; a browser is trusted only where the landlord offers that."""
    form = AskedCodeForm()
    if not trusted_browsers.lifetime(work()):
        del form.trust
    return form
