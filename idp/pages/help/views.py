"""« Besoin d'aide pour vous connecter ou créer votre compte ? »"""

from flask import Blueprint, render_template

from idp.domain.passwords import rules_that_apply
from idp.web import upstreams
from idp.web.landlord import current_landlord
from idp.web.stance import stance

pages = Blueprint("help", __name__)


@pages.get("/help")
@stance("pages")
def show() -> str:
    """Show how to get in at this landlord, in the landlord's own numbers; it prints as one sheet."""
    return render_template(
        "help/show.html",
        rules=rules_that_apply(current_landlord().password),
        elsewhere=[upstreams.label_of(one) for one in upstreams.offered()],
        prover=upstreams.prover(),
    )
