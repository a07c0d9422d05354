"""Ask for help, and get the reference of the case."""

from flask import Blueprint, abort, render_template, request, session

from idp.domain.cases import Kind
from idp.domain.refusals import Refusal
from idp.pages.assistance.forms import AssistanceForm
from idp.services import cases
from idp.web import captchas, go_on
from idp.web.answers import REFUSED, Answer
from idp.web.current import work
from idp.web.landlord import current_landlord
from idp.web.stance import stance

pages = Blueprint("assistance", __name__)
REFERENCE = "case"


@pages.before_request
def landlord_offers_it() -> None:
    """Let the form of a landlord who does not offer it not exist."""
    if not current_landlord().assistance.offered:
        abort(404)


@pages.get("/assistance")
@stance("pages")
def show() -> Answer:
    """Show the form; other pages and apps may say beforehand what it is about."""
    kind = request.args.get("kind")
    return _page(AssistanceForm(kind=kind if kind in set(Kind) else None))


@pages.post("/assistance")
@stance("forms", even="refusals")
def submit() -> Answer:
    """Open a case; nothing here depends on who is known."""
    form = AssistanceForm()
    if not captchas.accepted(form, form.identifier.data):
        return _page(form), REFUSED
    reference = cases.open_case(work(), form.plea())
    if reference is None:
        return _page(form, Refusal.TOO_MANY_CASES), REFUSED
    session[REFERENCE] = reference
    return go_on.to_page("assistance.done")


@pages.get("/assistance/done")
@stance("pages")
def done() -> Answer:
    """Show the reference, as long as the browser stays open."""
    reference = session.get(REFERENCE)
    if reference is None:
        return go_on.to_page("assistance.show")
    return render_template("assistance/done.html", reference=reference)


def _page(form: AssistanceForm, refusal: Refusal | None = None) -> str:
    captchas.attach(form, form.identifier.data)
    kinds = {kind.value: kind for kind in Kind}
    return render_template("assistance/show.html", form=form, kinds=kinds, refusal=refusal)
