"""Ask for a link, open it, choose a new password."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from idp.domain.refusals import Notice
from idp.models import MailLink
from idp.pages.recovery.forms import ForgottenPasswordForm
from idp.services import recovery
from idp.services.vault import digest
from idp.web import captchas, go_on, link_cookies, notices
from idp.web.answers import GONE, REFUSED, Answer
from idp.web.cookies import delete_cookie, read_cookie
from idp.web.current import commit, work
from idp.web.landlord import current_landlord
from idp.web.password_form import NewPasswordForm, new_password_page
from idp.web.stance import stance

pages = Blueprint("recovery", __name__)
COOKIE = "reset"


@pages.get("/forgotten-password")
@stance("pages")
def ask() -> str:
    """Ask for the identifier."""
    form = ForgottenPasswordForm()
    captchas.attach(form)
    return render_template("recovery/ask.html", form=form, refusal=None)


@pages.post("/forgotten-password")
@stance("forms", even="answers")
def ask_submit() -> Answer:
    """Mail a link if an address is known; the answer is the same in any case."""
    form = ForgottenPasswordForm()
    if not captchas.accepted(form, form.identifier.data):
        captchas.attach(form, form.identifier.data)
        return render_template("recovery/ask.html", form=form, refusal=None), REFUSED
    recovery.ask(work(), form.identifier.data or "", request.args.get("journey"))
    return go_on.to_page("recovery.sent")


@pages.get("/forgotten-password/sent")
@stance("pages")
def sent() -> str:
    """Say where the mail went if there is one, and what to do if none comes."""
    return render_template("recovery/sent.html")


@pages.get("/reset")
@stance("pages")
def open_link() -> Response:
    """Take the secret out of the address, so that it stays in no history and no log."""
    return link_cookies.taken_out(COOKIE, "recovery.password")


@pages.get("/new-password")
@stance("pages")
def password() -> Answer:
    """Show the rules and the two fields, if the link is still good."""
    return _expired() if _link() is None else new_password_page("recovery/password.html", NewPasswordForm(), None)


@pages.post("/new-password")
@stance("forms")
def password_submit() -> Answer:
    """Store the new password; the person signs in with it afterwards."""
    link = _link()
    if link is None:
        return _expired()
    form = NewPasswordForm()
    typed = form.password.data or ""
    broken = recovery.judge(work(), link, typed)
    if not form.validate() or broken:
        return new_password_page("recovery/password.html", form, broken), REFUSED
    commit()
    hashed = work().vault.hash_password(typed)
    if not recovery.store(work(), link, hashed):
        return _expired()
    notices.leave(Notice.PASSWORD_CHANGED)
    here = link.browser_hash == digest(work().origin.browser)
    response = redirect(url_for("sign_in.show", journey=link.journey if here else None), 303)
    delete_cookie(response, current_landlord(), COOKIE)
    return response


def _link() -> MailLink | None:
    return recovery.find(work(), read_cookie(current_landlord(), COOKIE))


def _expired() -> Answer:
    return render_template("recovery/expired.html"), GONE
