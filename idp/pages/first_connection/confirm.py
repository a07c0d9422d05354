"""« Confirmer mon adresse email »: looking at the link changes nothing, pressing the button does."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from idp.domain.journey import Step
from idp.models import FirstConnection, MailLink
from idp.pages.first_connection.blueprint import pages
from idp.services import first_connection, mail_links
from idp.services.mail_links import Purpose
from idp.web import go_on, link_cookies
from idp.web.answers import GONE, Answer
from idp.web.browser_session import current_first_connection
from idp.web.cookies import read_cookie
from idp.web.current import work
from idp.web.forms import OneButtonForm
from idp.web.landlord import current_landlord
from idp.web.masking import masked
from idp.web.stance import stance

COOKIE = "confirm"


@pages.get("/link")
@stance("pages")
def open_link() -> Response:
    """Take the secret out of the address, so that it stays in no history and no log."""
    return link_cookies.taken_out(COOKIE, "first_connection.confirm")


@pages.get("/confirm")
@stance("pages")
def confirm() -> Answer:
    """Show what the link would confirm, or that it was done, or that the link is too old."""
    link = _link()
    if link is None:
        return render_template("first_connection/confirm.html", state="expired", form=OneButtonForm()), GONE
    return render_template(
        "first_connection/confirm.html",
        state="confirmed" if link.used_at else "open",
        form=OneButtonForm(),
        masked_email=masked(link.email),
        same_browser=_here(link) is not None,
        next_address=url_for("first_connection.mailbox", journey=link.journey),
    )


@pages.post("/confirm")
@stance("forms")
def confirm_submit() -> Answer:
    """Confirm the address; in the browser that asked, the journey goes on."""
    link = _link()
    if link is None:
        return redirect(url_for("first_connection.confirm"), 303)
    first_connection.confirm(work(), link)
    first = _here(link)
    if first is None:
        return redirect(url_for("first_connection.confirm"), 303)
    if go_on.step_of(first) is Step.NEW_PASSWORD:
        return redirect(url_for("first_connection.password", journey=link.journey), 303)
    account = first_connection.complete(work(), first)
    if account is None:
        return redirect(url_for("first_connection.mailbox", journey=link.journey), 303)
    return go_on.opened(first, account, link.journey)


def _link() -> MailLink | None:
    return mail_links.find(work(), Purpose.CONFIRM_EMAIL, read_cookie(current_landlord(), COOKIE))


def _here(link: MailLink) -> FirstConnection | None:
    """Return the first connection of the link if this is the browser that is in the middle of it."""
    first = current_first_connection()
    return first if first is not None and first.id == link.first_connection_id else None
