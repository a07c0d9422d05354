"""The sign-in page."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from idp.domain.refusals import Refusal
from idp.pages.sign_in.forms import SignInForm
from idp.services.login import FirstConnectionStarted, Refused, SignedIn
from idp.web import captchas, go_on, notices
from idp.web.due import hinted_identifier, sign_in_is_due
from idp.web.secret_try import try_secret
from idp.web.stance import stance

pages = Blueprint("sign_in", __name__)
REFUSED = 422


@pages.get("/sign-in")
@stance("pages")
def show() -> str | Response:
    """Show the form, unless the browser is signed in well enough for the app that asks."""
    if not sign_in_is_due():
        return go_on.to_app()
    form = SignInForm(identifier=hinted_identifier())
    captchas.attach(form)
    return render_template("sign_in/show.html", form=form, refusal=None, notice=notices.take())


@pages.post("/sign-in")
@stance("forms", even="refusals")
def submit() -> tuple[str, int] | Response:
    """Let the person in; the code of a letter or a former password leads into the first connection."""
    form = SignInForm()
    if not captchas.accepted(form, form.identifier.data):
        return _again(form, None)
    match try_secret(form.identifier.data or "", form.password.data or ""):
        case SignedIn(account):
            return go_on.signed_in(account)
        case FirstConnectionStarted(first):
            return go_on.proved(first)
        case Refused(Refusal.SECOND_FACT_NEEDED):
            return go_on.to_page("first_connection.prove")
        case Refused(reason):
            return _again(form, reason)


def _again(form: SignInForm, refusal: Refusal | None) -> tuple[str, int]:
    captchas.attach(form, form.identifier.data)
    return render_template("sign_in/show.html", form=form, refusal=refusal, notice=None), REFUSED
