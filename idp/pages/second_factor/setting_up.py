"""Sets a second factor up: why, the picture for the app, the first code, the recovery codes."""

from flask import Response, abort, make_response, render_template, request

from idp.domain import totp
from idp.domain.refusals import Refusal
from idp.models import Account, BrowserSession, HalfSignIn, SecondFactor
from idp.pages.second_factor.blueprint import pages
from idp.pages.second_factor.forms import CodeForm
from idp.pages.second_factor.picture import picture_of
from idp.services import renewals, second_factors
from idp.web import go_on
from idp.web.answers import REFUSED, Answer
from idp.web.browser_session import finish_sign_in, raise_session
from idp.web.current import work
from idp.web.forms import OneButtonForm
from idp.web.once_more import Wrong, is_fresh, present_form, wrong_now
from idp.web.signed_in import with_person
from idp.web.stance import stance


@pages.get("/second-factor/set-up")
@stance("pages")
@with_person
def begin(session: BrowserSession, account: Account, half: HalfSignIn | None) -> Answer:
    """Say what it is and what it takes."""
    return _elsewhere(session, account) or _intro(session, account, half)


@pages.post("/second-factor/set-up")
@stance("forms", even="refusals")
@with_person
def begin_submit(session: BrowserSession, account: Account, half: HalfSignIn | None) -> Answer:
    """Make the secret; whoever has been signed in for a while shows first that it is still them."""
    elsewhere = _elsewhere(session, account)
    if elsewhere is not None:
        return elsewhere
    wrong = wrong_now(session, account) if half is None else None
    if wrong is not None or not OneButtonForm().validate():
        return _intro(session, account, half, wrong), REFUSED
    second_factors.begin(work(), session, account)
    return go_on.to_page("second_factor.confirm")


@pages.get("/second-factor/set-up/code")
@stance("pages")
@with_person
def confirm(session: BrowserSession, account: Account, half: HalfSignIn | None) -> Answer:
    """Show the picture, and ask for the code that the app makes of it."""
    factor = second_factors.unfinished(work(), session, account)
    if factor is None:
        return go_on.to_page("second_factor.begin")
    return _picture(account, factor, CodeForm())


@pages.post("/second-factor/set-up/code")
@stance("forms")
@with_person
def confirm_submit(session: BrowserSession, account: Account, half: HalfSignIn | None) -> Answer:
    """Put it in force, and show the recovery codes."""
    factor, form = second_factors.unfinished(work(), session, account), CodeForm()
    if factor is None:
        return go_on.to_page("second_factor.begin")
    if not form.validate():
        return _picture(account, factor, form), REFUSED
    codes = second_factors.confirm(work(), session, account, form.code.data or "")
    if codes is None:
        return _picture(account, factor, form, Refusal.WRONG_CODE), REFUSED
    return _done(session, account, half, codes)


def _elsewhere(session: BrowserSession, account: Account) -> Answer | None:
    """Send people on who have one to show; where the landlord has none, there is no such page."""
    if not work().landlord.second_factor.is_there:
        abort(404)
    return None if second_factors.may_begin(work(), session, account) else go_on.to_page("second_factor.ask")


def _done(session: BrowserSession, account: Account, half: HalfSignIn | None, codes: list[str]) -> Response:
    wish = None if half is not None or "then" in request.args else "account"
    page = render_template("second_factor/codes.html", codes=codes, on=go_on.to_app(then=wish).location, fresh=True)
    response = make_response(page)
    if half is not None:
        finish_sign_in(response, session, half)
    else:
        raise_session(response, session, account)
    return response


def _intro(session: BrowserSession, account: Account, half: HalfSignIn | None, wrong: Wrong | None = None) -> str:
    form, refusal = wrong or (OneButtonForm() if half is not None else present_form(account), None)
    return render_template(
        "second_factor/begin.html",
        form=form,
        refusal=refusal,
        is_in=half is None,
        fresh=half is not None or is_fresh(session, account),
        has_one=half is None and second_factors.find(work(), account.id) is not None,
    )


def _picture(account: Account, factor: SecondFactor, form: CodeForm, refusal: Refusal | None = None) -> str:
    secret, name = second_factors.secret_of(work(), factor) or abort(404), work().landlord.name
    address = totp.address(secret, name, renewals.username(work(), account) or name)
    return render_template(
        "second_factor/confirm.html",
        form=form,
        refusal=refusal,
        picture=picture_of(address),
        address=address,
        secret=totp.in_groups(secret),
    )
