"""Shows the mails of the demo."""

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import format_datetime

from idp.pages.mailbox import letters
from idp.pages.mailbox.letters import Letter
from idp.web.runtime import runtime
from idp.web.safety import POLICY, nonce
from idp.web.stance import stance

pages = Blueprint("mailbox", __name__, url_prefix="/_mailbox")
FRAMED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'self'"
FRAMING = POLICY + "; frame-src 'self'"
LINKS_LEAVE_THE_FRAME = '<base target="_top">'


@pages.get("")
@stance(None, landlord=False)
def index() -> str:
    """List the newest mails, all or those to one person."""
    recipient = request.args.get("to", "")
    found = letters.newest(runtime().settings.mail.folder, recipient)
    return render_template("mailbox/index.html", letters=found, recipient=recipient, when=when)


@pages.get("/<name>")
@stance(None, landlord=False)
def show(name: str) -> Response:
    """Show one mail."""
    response = Response(render_template("mailbox/show.html", letter=_letter(name), when=when))
    response.headers["Content-Security-Policy"] = FRAMING.format(nonce=nonce())
    return response


@pages.get("/<name>/html")
@stance(None, landlord=False)
def html(name: str) -> Response:
    """Show the HTML part alone, for the frame in which it can do nothing but be read and followed."""
    response = Response(_letter(name).html.replace("<head>", "<head>" + LINKS_LEAVE_THE_FRAME, 1))
    response.headers["Content-Security-Policy"] = FRAMED
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def when(letter: Letter) -> str:
    """Write when a mail was sent, in the time of this machine and the language of the page."""
    return str(format_datetime(letter.sent_at.astimezone(), "medium", rebase=False))


def _letter(name: str) -> Letter:
    return letters.find(runtime().settings.mail.folder, name) or abort(404)
