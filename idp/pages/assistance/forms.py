"""The assistance form; there is no field for a password in it."""

from typing import Any

from wtforms import FormField, RadioField, StringField, ValidationError
from wtforms.validators import AnyOf, InputRequired

from idp.domain.captchas import Place
from idp.domain.cases import Kind
from idp.services.cases import Plea
from idp.web.captchas import CaptchaField
from idp.web.date_field import BirthDate
from idp.web.email_field import one_address
from idp.web.forms import Form, optional_field, paragraph_field, text_field
from idp.web.words import _l

NAMES = 100
PHONE_LIMIT = 30
LEAST_DIGITS = 6
MESSAGE_LIMIT = 2000
KINDS: Any = [kind.value for kind in Kind]  # plain texts, of which the types of WTForms know nothing yet
NO_DATE = _l("Type day, month and year, such as 31 3 1954.")
NO_WAY_BACK = _l("Give an e-mail address or a telephone number, so that we can answer.")
NO_PHONE = _l("This is not a telephone number. It looks like 06 12 34 56 78.")
NO_KIND = _l("Choose what it is about.")
CHOSEN: Any = [InputRequired(NO_KIND), AnyOf(KINDS, NO_KIND)]


class Born(BirthDate):
    """A date of birth that may be left out, but must be one where it is given."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse what is no day of the calendar."""
        typed = any(part.data for part in (self.day, self.month, self.year))
        if typed and self.value() is None:
            self.day.errors = [NO_DATE]
            return False
        return True


def phone_number(form: Form, field: StringField) -> None:
    """Accept what somebody can dial."""
    digits = sum(sign.isdigit() for sign in field.data or "")
    if digits < LEAST_DIGITS or any(sign not in "+()-./ 0123456789" for sign in field.data or ""):
        raise ValidationError(NO_PHONE)


class AssistanceForm(Form):
    """Who somebody is, how to reach them, and what they need."""

    kind = RadioField(_l("What is it about?"), CHOSEN, choices=KINDS, validate_choice=False)
    last_name = text_field(_l("Last name"), _l("Type your last name."), limit=NAMES, autocomplete="family-name")
    first_name = text_field(_l("First name"), _l("Type your first name."), limit=NAMES, autocomplete="given-name")
    identifier = optional_field(_l("Identifier"), autocomplete="username", autocapitalize="none", spellcheck="false")
    birth_date = FormField(Born, _l("Date of birth"))
    email = optional_field(
        _l("E-mail"), one_address, autocomplete="email", inputmode="email", autocapitalize="none", type="email"
    )
    phone = optional_field(
        _l("Telephone"), phone_number, limit=PHONE_LIMIT, autocomplete="tel", inputmode="tel", type="tel"
    )
    message = paragraph_field(_l("Your message"), _l("Say in a few words what happens."), MESSAGE_LIMIT)
    captcha = CaptchaField(Place.ASSISTANCE)

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge every field, and ask for one way to answer."""
        well = super().validate(extra_validators)
        if self.email.data or self.phone.data:
            return bool(well)
        self.email.errors = [NO_WAY_BACK]
        return False

    def plea(self) -> Plea:
        """Return what was written."""
        return Plea(
            Kind(self.kind.data),
            self.last_name.data or "",
            self.first_name.data or "",
            self.message.data or "",
            self.identifier.data or "",
            self.birth_date.form.value(),
            self.email.data or "",
            self.phone.data or "",
        )
