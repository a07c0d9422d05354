"""The code that is asked for after the first factor, and what stands in for it."""

from flask import abort, render_template
from werkzeug.wrappers import Response

from idp.domain.refusals import Refusal
from idp.models import Account, BrowserSession, HalfSignIn
from idp.pages.second_factor.blueprint import pages
from idp.pages.second_factor.forms import RecoveryCodeForm, asked_code_form
from idp.services import factor_tries, half_sign_ins, second_factors, trusted_browsers
from idp.web import go_on
from idp.web.answers import REFUSED, Answer
from idp.web.browser_session import finish_sign_in, raise_session, trust_browser
from idp.web.current import work
from idp.web.due import step_up_is_due
from idp.web.durations import in_words
from idp.web.forms import Form
from idp.web.signed_in import with_person
from idp.web.stance import stance

CODE = "second_factor/ask.html"
RECOVERY = "second_factor/recovery.html"


@pages.get("/second-factor")
@stance("pages")
@with_person
def ask(session: BrowserSession, account: Account, half: HalfSignIn | None) -> Answer:
    """Ask for the code of the app."""
    return _elsewhere(account, half) or _page(CODE, asked_code_form())


@pages.post("/second-factor")
@stance("forms")
@with_person
def ask_submit(session: BrowserSession, account: Account, half: HalfSignIn | None) -> Answer:
    """Check the code, and go on."""
    elsewhere, form = _elsewhere(account, half), asked_code_form()
    if elsewhere is not None:
        return elsewhere
    if not form.validate():
        return _page(CODE, form), REFUSED
    refusal = factor_tries.show_code(work(), session, account, form.code.data or "")
    if refusal is not None:
        return _refused(CODE, form, refusal, session, half)
    response = _shown(session, account, half)
    if "trust" in form and form["trust"].data:
        trust_browser(response, account)
    return response


@pages.get("/second-factor/recovery-code")
@stance("pages")
@with_person
def recovery(session: BrowserSession, account: Account, half: HalfSignIn | None) -> Answer:
    """Ask for a code from the list on paper."""
    return _elsewhere(account, half) or _page(RECOVERY, RecoveryCodeForm())


@pages.post("/second-factor/recovery-code")
@stance("forms")
@with_person
def recovery_submit(session: BrowserSession, account: Account, half: HalfSignIn | None) -> Answer:
    """Use the code up, and go on."""
    elsewhere, form = _elsewhere(account, half), RecoveryCodeForm()
    if elsewhere is not None:
        return elsewhere
    if not form.validate():
        return _page(RECOVERY, form), REFUSED
    refusal = factor_tries.show_recovery_code(work(), session, account, form.code.data or "")
    if refusal is not None:
        return _refused(RECOVERY, form, refusal, session, half)
    return _shown(session, account, half)


@pages.get("/second-factor/lost")
@stance("pages")
def lost() -> Answer:
    """Say what to do without telephone and without codes."""
    if not work().landlord.second_factor.is_there:
        abort(404)
    return render_template("second_factor/lost.html")


def _elsewhere(account: Account, half: HalfSignIn | None) -> Answer | None:
    """Send people on who have nothing to show here: none is asked for, or none is set up."""
    if half is None and not step_up_is_due():
        return go_on.to_app()
    return go_on.to_page("second_factor.begin") if second_factors.find(work(), account.id) is None else None


def _shown(session: BrowserSession, account: Account, half: HalfSignIn | None) -> Response:
    response = go_on.to_app()
    if half is not None:
        finish_sign_in(response, session, half)
    else:
        raise_session(response, session, account)
    return response


def _refused(template: str, form: Form, refusal: Refusal, session: BrowserSession, half: HalfSignIn | None) -> Answer:
    """Say what is wrong; who has had all tries of a sign-in begins with the first factor again."""
    if half is not None and factor_tries.is_used_up(work(), session):
        half_sign_ins.behind(work(), session)
    return _page(template, form, refusal), REFUSED


def _page(template: str, form: Form, refusal: Refusal | None = None) -> str:
    rules = work().landlord.second_factor
    wait, trusted_for = in_words(rules.tries.closed_for), trusted_browsers.lifetime(work())
    return render_template(template, form=form, refusal=refusal, wait=wait, trusted_for=trusted_for)
