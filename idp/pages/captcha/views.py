"""What the part `templates/parts/captcha.html` shows."""

import io
from http import HTTPStatus

from flask import Blueprint, Response, abort, send_file, url_for
from flask_babel import get_locale

from idp.domain.captchas import Place
from idp.services import captchas
from idp.web.captcha_sound import spoken
from idp.web.current import work
from idp.web.stance import stance

pages = Blueprint("captcha", __name__, url_prefix="/captcha")


@pages.get("/<reference>.png")
@stance("pages")
def picture(reference: str) -> Response:
    """Show the digits."""
    from idp.web.captcha_picture import drawn  # noqa: PLC0415 -- drawing takes a library that few servers need

    return Response(drawn(_digits(reference)), mimetype="image/png")


@pages.get("/<reference>.wav")
@stance("pages")
def recording(reference: str) -> Response:
    """Say the digits, in the language of the page; players fetch it in pieces."""
    said = spoken(_digits(reference), str(get_locale() or "fr"), work().vault.mac("recording", reference))
    return send_file(io.BytesIO(said), "audio/wav", conditional=True, max_age=0)


@pages.post("/<place>")
@stance("forms")
def another(place: str) -> dict[str, str]:
    """Make other digits for a form that stays open, for the page's script."""
    if place not in set(Place) or getattr(work().landlord.captcha, place) == "never":
        abort(HTTPStatus.NOT_FOUND)
    reference = captchas.make(work(), Place(place))
    return {
        "reference": reference,
        "picture": url_for("captcha.picture", reference=reference),
        "recording": url_for("captcha.recording", reference=reference),
    }


def _digits(reference: str) -> str:
    return captchas.shown(work(), reference) or abort(HTTPStatus.NOT_FOUND)
