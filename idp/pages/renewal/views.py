"""Why a new password is asked for, and the way to it."""

from flask import Blueprint, request

from idp.domain.assurance import anew
from idp.domain.passwords import Rule
from idp.domain.refusals import Refusal
from idp.models import Account, BrowserSession
from idp.pages.renewal.forms import renewal_form
from idp.services import renewals, sessions
from idp.services.login import Refused, SignedIn
from idp.web import go_on
from idp.web.answers import REFUSED, Answer
from idp.web.browser_session import is_remembered
from idp.web.current import commit, work
from idp.web.password_form import ChangePasswordForm, new_password_page
from idp.web.proof_fields import given_in
from idp.web.secret_try import try_own_password
from idp.web.signed_in import with_account
from idp.web.stance import stance

pages = Blueprint("renewal", __name__)


@pages.get("/renewal")
@stance("pages")
@with_account()
def show(session: BrowserSession, account: Account) -> Answer:
    """Show the form while a new password is due."""
    if not renewals.is_due(work(), session):
        return go_on.to_app()
    return _page(account, renewal_form(work().landlord))


@pages.post("/renewal")
@stance("forms")
@with_account()
def submit(session: BrowserSession, account: Account) -> Answer:
    """Put the new password in force and go on, or note that the person will do it later."""
    if not renewals.is_due(work(), session):
        return go_on.to_app()
    if "later" in request.form and work().landlord.renewal.mode == "invite":
        sessions.postpone(session, renewals.POSTPONED)
        return go_on.to_app()
    form = renewal_form(work().landlord)
    broken = renewals.judge(work(), account, form.password.data or "", form.present.data or "")
    if not form.validate() or broken:
        return _page(account, form, broken), REFUSED
    return _renewed(session, account, form)


def _renewed(session: BrowserSession, account: Account, form: ChangePasswordForm) -> Answer:
    """Check what proves the person, the present password first: it is a counted try like any other."""
    landlord = work().landlord
    version = account.password.version if account.password else 0
    match try_own_password(account, form.present.data or ""):
        case Refused(reason):
            return _page(account, form, refusal=reason), REFUSED
        case SignedIn() if landlord.renewal.reproof:
            if not renewals.proves_again(work(), account, given_in(form, landlord)):
                return _page(account, form, refusal=Refusal.NOT_PROVED), REFUSED
    commit()
    hashed = work().vault.hash_password(form.password.data or "")
    if not renewals.renew(work(), account, version, hashed):
        return go_on.to_page("sign_in.show")
    return go_on.signed_in(account.id, amr=anew(go_on.PASSWORD_AMR, session.amr), remember=is_remembered())


def _page(
    account: Account, form: ChangePasswordForm, broken: set[Rule] | None = None, refusal: Refusal | None = None
) -> str:
    landlord = work().landlord
    return new_password_page(
        "renewal/show.html",
        form,
        broken,
        renewals.username(work(), account),
        renewing=True,
        since=renewals.due_on(work(), account),
        asks=landlord.registration.asks if landlord.renewal.reproof and landlord.registration else [],
        refusal=refusal,
        may_wait=landlord.renewal.mode == "invite",
    )
