"""Another e-mail address: asked for with the password, confirmed from its mailbox, taken back from the former one."""

from flask import render_template
from werkzeug.wrappers import Response

from idp.domain.refusals import Notice, Refusal
from idp.models import Account, BrowserSession, MailLink
from idp.pages.account.blueprint import THEN, pages
from idp.pages.account.forms import NewAddressForm
from idp.services import email_change, mail_links
from idp.services.login import Refused
from idp.services.mail_links import Purpose
from idp.web import go_on, link_cookies, notices
from idp.web.answers import GONE, REFUSED, Answer
from idp.web.cookies import delete_cookie, read_cookie
from idp.web.current import work
from idp.web.forms import OneButtonForm
from idp.web.landlord import current_landlord
from idp.web.masking import masked
from idp.web.secret_try import try_own_password
from idp.web.signed_in import with_account
from idp.web.stance import stance

NEW = "new-address"
FORMER = "former-address"


@pages.get("/account/address")
@stance("pages")
@with_account(then=THEN)
def address(session: BrowserSession, account: Account) -> Answer:
    """Show the form of another address."""
    return _page(account, NewAddressForm())


@pages.post("/account/address")
@stance("forms", even="answers")
@with_account(then=THEN)
def address_submit(session: BrowserSession, account: Account) -> Answer:
    """Check the password, and mail the link to the new address."""
    form = NewAddressForm()
    if not form.validate():
        return _page(account, form), REFUSED
    tried = try_own_password(account, form.present.data or "")
    if isinstance(tried, Refused):
        return _page(account, form, tried.reason), REFUSED
    email_change.ask(work(), account, form.email.data or "")
    return render_template("account/address_sent.html", email=form.email.data)


@pages.get("/new-address")
@stance("pages")
def open_new() -> Response:
    """Take the secret out of the address, so that it stays in no history and no log."""
    return link_cookies.taken_out(NEW, "account.confirm")


@pages.get("/new-address/confirm")
@stance("pages")
def confirm() -> Answer:
    """Show what the link would put in force."""
    return _question(NEW)


@pages.post("/new-address/confirm")
@stance("forms")
def confirm_submit() -> Answer:
    """Put the new address in force."""
    link = _link(NEW)
    if link is None or not email_change.confirm(work(), link):
        return _expired(NEW)
    return _done(NEW, Notice.EMAIL_CHANGED)


@pages.get("/former-address")
@stance("pages")
def open_former() -> Response:
    """Take the secret out of the address, so that it stays in no history and no log."""
    return link_cookies.taken_out(FORMER, "account.take_back")


@pages.get("/former-address/take-back")
@stance("pages")
def take_back() -> Answer:
    """Show what the link would take back."""
    return _question(FORMER)


@pages.post("/former-address/take-back")
@stance("forms")
def take_back_submit() -> Answer:
    """Put the former address in force again, and end every session."""
    link = _link(FORMER)
    if link is None or not email_change.take_back(work(), link):
        return _expired(FORMER)
    return _done(FORMER, Notice.EMAIL_TAKEN_BACK)


PURPOSES = {NEW: Purpose.CHANGE_EMAIL, FORMER: Purpose.KEEP_EMAIL}


def _link(cookie: str) -> MailLink | None:
    return mail_links.find(work(), PURPOSES[cookie], read_cookie(current_landlord(), cookie))


def _question(cookie: str) -> Answer:
    link = _link(cookie)
    if link is None or link.used_at is not None:
        return _expired(cookie)
    return render_template(
        "account/address_link.html", state="open", which=cookie, email=masked(link.email), form=OneButtonForm()
    )


def _expired(cookie: str) -> Answer:
    return render_template("account/address_link.html", state="expired", which=cookie), GONE


def _done(cookie: str, notice: Notice) -> Response:
    response = go_on.to_page("account.show")
    delete_cookie(response, current_landlord(), cookie)
    notices.leave(notice)
    return response


def _page(account: Account, form: NewAddressForm, refusal: Refusal | None = None) -> str:
    return render_template("account/address.html", account=account, form=form, refusal=refusal)
