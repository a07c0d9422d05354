"""What there is, a new password, and the end of every session."""

from flask import render_template

from idp.domain.assurance import anew
from idp.domain.passwords import Rule
from idp.domain.refusals import Notice, Refusal
from idp.models import Account, BrowserSession
from idp.pages.account.blueprint import THEN, pages
from idp.services import (
    app_authorizations,
    people,
    recovery_codes,
    renewals,
    second_factors,
    sessions,
    social_links,
    support_record,
    trusted_browsers,
)
from idp.services.login import Refused
from idp.web import go_on, notices
from idp.web.answers import REFUSED, Answer
from idp.web.browser_session import close_session, open_account_session
from idp.web.current import commit, work
from idp.web.forms import OneButtonForm
from idp.web.password_form import ChangePasswordForm, new_password_page
from idp.web.secret_try import try_own_password
from idp.web.signed_in import with_account
from idp.web.stance import stance


@pages.get("/account")
@stance("pages")
@with_account(then=THEN)
def show(session: BrowserSession, account: Account) -> Answer:
    """Show the account and what can be changed."""
    landlord = work().landlord
    return render_template(
        "account/show.html",
        account=account,
        holders=people.holders(work(), account),
        has_apps=bool(app_authorizations.of_account(work(), account.id)),
        asking=support_record.is_waiting(work(), account.id),
        second_factor=second_factors.find(work(), account.id) if landlord.second_factor.is_there else None,
        codes_left=recovery_codes.left(work(), account.id) if landlord.second_factor.is_there else 0,
        linked={row.provider for row in social_links.of_account(work(), account)},
        form=OneButtonForm(),
        notice=notices.take(),
    )


@pages.get("/account/password")
@stance("pages")
@with_account(then=THEN)
def password(session: BrowserSession, account: Account) -> Answer:
    """Show the form of a new password."""
    return _page(account, ChangePasswordForm())


@pages.post("/account/password")
@stance("forms")
@with_account(then=THEN)
def password_submit(session: BrowserSession, account: Account) -> Answer:
    """Put a new password in force; everybody else is signed out."""
    form = ChangePasswordForm()
    broken = renewals.judge(work(), account, form.password.data or "", form.present.data or "")
    if not form.validate() or broken:
        return _page(account, form, broken), REFUSED
    version = account.password.version if account.password else 0
    tried = try_own_password(account, form.present.data or "")
    if isinstance(tried, Refused):
        return _page(account, form, refusal=tried.reason), REFUSED
    commit()
    hashed = work().vault.hash_password(form.password.data or "")
    if not renewals.renew(work(), account, version, hashed):
        return go_on.to_page("sign_in.show")
    response = go_on.to_page("account.show")
    open_account_session(response, account.id, anew(go_on.PASSWORD_AMR, session.amr))
    notices.leave(Notice.PASSWORD_IN_FORCE)
    return response


@pages.post("/account/sign-out-everywhere")
@stance("forms")
@with_account(then=THEN)
def sign_out_everywhere(session: BrowserSession, account: Account) -> Answer:
    """End every session of the account, and all that apps hold for it."""
    response = go_on.to_page("sign_in.show")
    close_session(response)
    sessions.end_all_of_account(work(), account.id)
    trusted_browsers.forget_all(work(), account.id)
    notices.leave(Notice.SIGNED_OUT_EVERYWHERE)
    return response


def _page(
    account: Account, form: ChangePasswordForm, broken: set[Rule] | None = None, refusal: Refusal | None = None
) -> str:
    username = renewals.username(work(), account)
    return new_password_page("account/password.html", form, broken, username, renewing=True, refusal=refusal)
