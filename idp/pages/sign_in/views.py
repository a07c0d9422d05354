"""The sign-in page."""

from flask import Blueprint, render_template, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from idp.domain.refusals import Refusal
from idp.pages.sign_in import at_once
from idp.pages.sign_in.forms import SignInForm, sign_in_form
from idp.services.login import FirstConnectionStarted, Refused, SignedIn
from idp.web import captchas, go_on, kept_pages, notices, safety
from idp.web.answers import REFUSED
from idp.web.browser_session import current_session, is_remembered, returning_session
from idp.web.current import work
from idp.web.due import current_journey, hinted_identifier, sign_in_is_due
from idp.web.secret_try import is_verified, try_secret
from idp.web.stance import stance

pages = Blueprint("sign_in", __name__)


@pages.get("/sign-in")
@stance("pages")
def show() -> str | Response:
    """Show the form, unless the browser is signed in well enough for the app that asks."""
    if is_remembered() and current_session() is None:
        return go_on.to_page("sign_in.come_back")
    if not sign_in_is_due():
        return go_on.to_app()
    form = sign_in_form(work().landlord, identifier=hinted_identifier(), remember=is_remembered())
    captchas.attach(form)
    notice = notices.take()
    page = render_template("sign_in/show.html", form=form, refusal=None, notice=notice)
    if notice is None and not form.captcha.due and _is_plain(form):
        reference = request.args.get("journey")
        key = at_once.ENDPOINT, work().landlord.slug, work().origin.locale
        kept_pages.keep(key, page, at_once.secrets_of(safety.nonce(), generate_csrf(), reference))
    return page


@pages.get("/sign-in/return")
@stance("pages", writes=True)
def come_back() -> Response:
    """Open the session of a remembered browser, or forget it; the sign-in page then knows where to go on.

    Where the second factor is due, nothing else is.
    """
    session = returning_session()
    return go_on.to_page("second_factor.ask" if session is not None and session.is_half else "sign_in.show")


@pages.post("/sign-in")
@stance("forms", even="refusals")
def submit() -> tuple[str, int] | Response:
    """Let the person in; the code of a letter or a former password leads into the first connection."""
    form = sign_in_form(work().landlord)
    if not is_verified() and not captchas.accepted(form, form.identifier.data):
        return _again(form, None)
    match try_secret(form.identifier.data or "", form.password.data or ""):
        case SignedIn(account_id):
            return go_on.signed_in(account_id, remember="remember" in form and form["remember"].data)
        case FirstConnectionStarted(first):
            return go_on.proved(first)
        case Refused(Refusal.SECOND_FACT_NEEDED):
            return go_on.to_page("first_connection.prove")
        case Refused(reason):
            return _again(form, reason)


def _is_plain(form: SignInForm) -> bool:
    """Tell whether the page is the one that everybody gets, but for the journey, the form's token and the nonce."""
    journey_is_known = "journey" not in request.args or current_journey() is not None
    nobody_is_known = not form.identifier.data and not is_remembered() and current_session() is None
    return request.args.keys() <= {"journey"} and journey_is_known and nobody_is_known


def _again(form: SignInForm, refusal: Refusal | None) -> tuple[str, int]:
    captchas.attach(form, form.identifier.data)
    return render_template("sign_in/show.html", form=form, refusal=refusal, notice=None), REFUSED
