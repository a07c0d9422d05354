"""The page of the proof: the identifier and the code of the letter, or the former password."""

from flask import render_template
from werkzeug.wrappers import Response

from idp.domain.refusals import Refusal
from idp.pages.first_connection.blueprint import pages
from idp.pages.first_connection.forms import ProveForm, ProveWithBirthDateForm, ProveWithNameForm
from idp.services import breaker
from idp.services.attempt import SecondFact
from idp.services.login import FirstConnectionStarted, Refused, SignedIn
from idp.web import go_on
from idp.web.answers import REFUSED
from idp.web.current import work
from idp.web.secret_try import try_secret
from idp.web.stance import stance

FORMS = {"birth_date": ProveWithBirthDateForm, "last_name": ProveWithNameForm}


@pages.get("/first-connection")
@stance("pages")
def prove() -> str:
    """Show the form; while many codes are being tried it asks for a second fact."""
    return render_template("first_connection/prove.html", form=_form(), refusal=None)


@pages.post("/first-connection")
@stance("forms", even="refusals")
def prove_submit() -> tuple[str, int] | Response:
    """Take the proof; somebody who has an account already is simply signed in."""
    form = _form()
    if not form.validate():
        return _again(form, None)
    match try_secret(form.identifier.data or "", form.password.data or "", _second_fact(form)):
        case SignedIn(account):
            return go_on.signed_in(account)
        case FirstConnectionStarted(first):
            return go_on.proved(first)
        case Refused(Refusal.SECOND_FACT_NEEDED):
            return go_on.to_page("first_connection.prove")
        case Refused(reason):
            return _again(form, reason)


def _form() -> ProveForm:
    asked = work().landlord.first_connection.second_fact
    form = FORMS.get(asked, ProveForm) if breaker.is_tripped(work()) else ProveForm
    return form()


def _second_fact(form: ProveForm) -> SecondFact | None:
    match form:
        case ProveWithBirthDateForm():
            return SecondFact(birth_date=form.birth_date.form.value())
        case ProveWithNameForm():
            return SecondFact(last_name=form.last_name.data)
        case _:
            return None


def _again(form: ProveForm, refusal: Refusal | None) -> tuple[str, int]:
    return render_template("first_connection/prove.html", form=form, refusal=refusal), REFUSED
