"""The link of the activation mail: looking at it changes nothing, pressing the button opens the account."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from idp.domain.refusals import Notice
from idp.models import MailLink
from idp.pages.registration.blueprint import pages
from idp.services import activation, mail_links
from idp.services.activation import Activated
from idp.services.mail_links import Purpose
from idp.services.vault import digest
from idp.web import link_cookies, notices
from idp.web.answers import GONE, Answer
from idp.web.cookies import delete_cookie, read_cookie
from idp.web.current import work
from idp.web.forms import OneButtonForm
from idp.web.landlord import current_landlord
from idp.web.masking import masked
from idp.web.stance import stance

COOKIE = "activate"


@pages.get("/activation")
@stance("pages")
def open_link() -> Response:
    """Take the secret out of the address, so that it stays in no history and no log."""
    return link_cookies.taken_out(COOKIE, "registration.activate")


@pages.get("/activate")
@stance("pages")
def activate() -> Answer:
    """Show what the link would do, or that it was done, or that it is too old."""
    link = mail_links.find(work(), Purpose.ACTIVATE, _token())
    if link is None:
        return _expired()
    state = "done" if link.used_at else "open"
    return render_template("registration/activate.html", state=state, form=OneButtonForm(), email=masked(link.email))


@pages.post("/activate")
@stance("forms")
def activate_submit() -> Answer:
    """Open the account, or put the new password in force; the person signs in afterwards."""
    link = mail_links.find(work(), Purpose.ACTIVATE, _token())
    if link is None:
        return _expired()
    match activation.activate(work(), link):
        case Activated.NOTHING:
            return _expired()
        case Activated.OPENED | Activated.BEFORE:
            notices.leave(Notice.ACTIVATED)
        case Activated.RECREATED:
            notices.leave(Notice.PASSWORD_CHANGED)
    return _to_sign_in(link)


@pages.post("/activate/again")
@stance("forms", even="answers")
def send_again() -> Answer:
    """Mail a new link in place of one that is too old."""
    link = mail_links.find_expired(work(), Purpose.ACTIVATE, _token())
    if link is not None and activation.is_over(work(), link):
        activation.send_anew(work(), link)
    return render_template("registration/sent_again.html")


def _token() -> str | None:
    return read_cookie(current_landlord(), COOKIE)


def _to_sign_in(link: MailLink) -> Response:
    here = link.browser_hash == digest(work().origin.browser)
    response = redirect(url_for("sign_in.show", journey=link.journey if here else None), 303)
    delete_cookie(response, current_landlord(), COOKIE)
    return response


def _expired() -> tuple[str, int]:
    link = mail_links.find_expired(work(), Purpose.ACTIVATE, _token())
    renewable = link is not None and activation.is_over(work(), link)
    state = "renewable" if renewable else "expired"
    return render_template("registration/activate.html", state=state, form=OneButtonForm(), email=None), GONE
