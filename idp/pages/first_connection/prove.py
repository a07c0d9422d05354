"""The page of the proof: the identifier and the code of the letter, or the former password."""

from flask import render_template
from werkzeug.wrappers import Response

from idp.domain.refusals import Refusal
from idp.pages.first_connection.blueprint import pages
from idp.services.login import FirstConnectionStarted, Refused, SignedIn
from idp.web import go_on
from idp.web.answers import REFUSED
from idp.web.letter_proof import ProveForm, prove_form, second_fact
from idp.web.secret_try import try_secret
from idp.web.stance import stance


@pages.get("/first-connection")
@stance("pages")
def prove() -> str:
    """Show the form; while many codes are being tried it asks for a second fact."""
    return render_template("first_connection/prove.html", form=prove_form()(), refusal=None)


@pages.post("/first-connection")
@stance("forms", even="refusals")
def prove_submit() -> tuple[str, int] | Response:
    """Take the proof; somebody who has an account already is simply signed in."""
    form = prove_form()()
    if not form.validate():
        return _again(form, None)
    match try_secret(form.identifier.data or "", form.password.data or "", second_fact(form)):
        case SignedIn(account_id):
            return go_on.signed_in(account_id)
        case FirstConnectionStarted(first):
            return go_on.proved(first)
        case Refused(Refusal.SECOND_FACT_NEEDED):
            return go_on.to_page("first_connection.prove")
        case Refused(reason):
            return _again(form, reason)


def _again(form: ProveForm, refusal: Refusal | None) -> tuple[str, int]:
    return render_template("first_connection/prove.html", form=form, refusal=refusal), REFUSED
