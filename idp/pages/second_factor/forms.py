"""The forms of the second factor."""

from collections.abc import Callable

from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, ValidationError

from idp.domain import recovery_codes, totp
from idp.services import trusted_browsers
from idp.web.current import work
from idp.web.forms import Form, text_field
from idp.web.words import _l

CODE_LIMIT = 40


def _readable(read: Callable[[str], str | None], missing: str) -> Callable[[FlaskForm, StringField], None]:
    """Refuse what is no code at all before it counts as a try."""

    def check(form: FlaskForm, field: StringField) -> None:
        if read(field.data or "") is None:
            raise ValidationError(missing)

    return check


SIX_DIGITS = _l("Type the six digits that your app shows.")
OF_THE_LIST = _l("Type one of the codes of your list.")


class CodeForm(Form):
    """A code that the authenticator app shows."""

    code = text_field(
        _l("Code of your app"),
        SIX_DIGITS,
        _readable(totp.typed_code, SIX_DIGITS),
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
        OF_THE_LIST,
        _readable(recovery_codes.typed_code, OF_THE_LIST),
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
