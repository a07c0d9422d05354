"""Ask, end the session, say so."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from idp.web import front_channel, go_on, upstream_sign_out
from idp.web.browser_session import close_session, current_session, is_remembered
from idp.web.forms import OneButtonForm
from idp.web.stance import stance

pages = Blueprint("sign_out", __name__)


@pages.get("/sign-out")
@stance("pages")
def show() -> str:
    """Ask whether to sign out, or say that nobody is signed in."""
    if current_session() is None and not is_remembered():
        return render_template("sign_out/done.html")
    return render_template("sign_out/ask.html", form=OneButtonForm())


@pages.post("/sign-out")
@stance("forms")
def submit() -> Response:
    """End the session."""
    response: Response
    frames, elsewhere = front_channel.frames(), upstream_sign_out.offer()
    if frames or elsewhere:
        response = front_channel.page(frames, elsewhere=elsewhere)
    else:
        response = go_on.to_page("sign_out.show")
    close_session(response)
    return response
