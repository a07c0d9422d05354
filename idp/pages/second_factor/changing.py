"""On « Mon compte »: new recovery codes, and the end of the second factor, each with the password once more."""

from flask import abort, render_template, request

from idp.domain.refusals import Notice
from idp.models import Account, BrowserSession
from idp.pages.second_factor.blueprint import pages
from idp.services import recovery_codes, second_factors
from idp.web import go_on, notices
from idp.web.answers import REFUSED, Answer
from idp.web.current import work
from idp.web.once_more import Wrong, is_fresh, present_form, wrong_now
from idp.web.signed_in import with_account
from idp.web.stance import stance

THEN = "account"


@pages.get("/account/second-factor/codes")
@stance("pages")
@with_account(then=THEN)
def codes(session: BrowserSession, account: Account) -> Answer:
    """Ask for the password before new codes are made."""
    return _page(session, account) if _has_one(account) else go_on.to_page("account.show")


@pages.post("/account/second-factor/codes")
@stance("forms", even="refusals")
@with_account(then=THEN)
def codes_submit(session: BrowserSession, account: Account) -> Answer:
    """Make new codes, and show them."""
    if not _has_one(account):
        return go_on.to_page("account.show")
    wrong = wrong_now(session, account)
    if wrong is not None:
        return _page(session, account, wrong), REFUSED
    made = second_factors.new_codes(work(), account)
    return render_template("second_factor/codes.html", codes=made, on=go_on.to_app(then=THEN).location, fresh=False)


@pages.get("/account/second-factor/remove")
@stance("pages")
@with_account(then=THEN)
def remove(session: BrowserSession, account: Account) -> Answer:
    """Ask for the password before it is taken away."""
    return _page(session, account) if _may_remove(account) else go_on.to_page("account.show")


@pages.post("/account/second-factor/remove")
@stance("forms", even="refusals")
@with_account(then=THEN)
def remove_submit(session: BrowserSession, account: Account) -> Answer:
    """Take it away."""
    if not _may_remove(account):
        return go_on.to_page("account.show")
    wrong = wrong_now(session, account)
    if wrong is not None:
        return _page(session, account, wrong), REFUSED
    second_factors.remove(work(), account)
    notices.leave(Notice.SECOND_FACTOR_REMOVED)
    return go_on.to_page("account.show")


def _has_one(account: Account) -> bool:
    if not work().landlord.second_factor.is_there:
        abort(404)
    return second_factors.find(work(), account.id) is not None


def _may_remove(account: Account) -> bool:
    """Tell whether it may be taken away: not where everybody must have one, who may only change telephones."""
    return _has_one(account) and work().landlord.second_factor.mode == "offered"


def _page(session: BrowserSession, account: Account, wrong: Wrong | None = None) -> str:
    form, refusal = wrong or (present_form(account), None)
    return render_template(
        "second_factor/change.html",
        form=form,
        refusal=refusal,
        removing=(request.endpoint or "").startswith("second_factor.remove"),
        fresh=is_fresh(session, account),
        left=recovery_codes.left(work(), account.id),
    )
