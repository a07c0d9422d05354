"""The fields of the proof by letter or former password, with the second fact while the breaker asks for it."""

from wtforms import FormField

from idp.services import breaker
from idp.services.attempt import SecondFact
from idp.web.current import work
from idp.web.date_field import BirthDate
from idp.web.forms import Form, password_field, text_field
from idp.web.words import _l


class ProveForm(Form):
    """Identifier, and the code of the letter or the password of the former portal."""

    identifier = text_field(
        _l("Identifier"),
        _l("Type the identifier printed on your notice."),
        autocomplete="username",
        autocapitalize="none",
        spellcheck="false",
        enterkeyhint="next",
    )
    password = password_field(
        _l("Password"), _l("Type the six digits of the letter, or your former password."), "current-password"
    )


class ProveWithBirthDateForm(ProveForm):
    """The same, with the second fact that is asked while many codes are being tried."""

    birth_date = FormField(BirthDate, _l("Date of birth"))


class ProveWithNameForm(ProveForm):
    """The same, with the last name as second fact."""

    last_name = text_field(_l("Last name"), _l("Type your last name."), autocomplete="family-name")


FORMS = {"birth_date": ProveWithBirthDateForm, "last_name": ProveWithNameForm}


def prove_form() -> type[ProveForm]:
    """Choose the form: while many codes are being tried it asks for a second fact."""
    asked = work().landlord.first_connection.second_fact
    return FORMS.get(asked, ProveForm) if breaker.is_tripped(work()) else ProveForm


def second_fact(form: ProveForm) -> SecondFact | None:
    """Read the second fact, where the form asks for one."""
    match form:
        case ProveWithBirthDateForm():
            return SecondFact(birth_date=form.birth_date.form.value())
        case ProveWithNameForm():
            return SecondFact(last_name=form.last_name.data)
        case _:
            return None
