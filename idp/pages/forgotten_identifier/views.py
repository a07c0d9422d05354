"""Ask for the identifier by mail, or by name and date of birth."""

from flask import Blueprint, abort, render_template

from idp.domain.refusals import Refusal
from idp.pages.forgotten_identifier.forms import AddressForm, PersonForm
from idp.services import identifier_reminder
from idp.settings.journey import ReminderWay
from idp.web import go_on
from idp.web.answers import REFUSED, Answer
from idp.web.current import work
from idp.web.landlord import current_landlord
from idp.web.masking import masked_identifier
from idp.web.stance import stance

pages = Blueprint("forgotten_identifier", __name__)


@pages.before_request
def landlord_reminds() -> None:
    """Let these pages not exist where nobody has an identifier to forget, or none is sent."""
    if not current_landlord().reminds:
        abort(404)


@pages.get("/forgotten-identifier")
@stance("pages")
def ask() -> Answer:
    """Ask for the address that the identifier is to be sent to."""
    if not _offered("email"):
        return go_on.to_page("forgotten_identifier.prove")
    return render_template("forgotten_identifier/ask.html", form=AddressForm())


@pages.post("/forgotten-identifier")
@stance("forms", even="answers")
def ask_submit() -> Answer:
    """Mail the identifier if the address is known; the answer is the same in any case."""
    if not _offered("email"):
        abort(404)
    form = AddressForm()
    if not form.validate():
        return render_template("forgotten_identifier/ask.html", form=form), REFUSED
    identifier_reminder.by_email(work(), form.email.data or "")
    return go_on.to_page("forgotten_identifier.sent")


@pages.get("/forgotten-identifier/sent")
@stance("pages")
def sent() -> str:
    """Say where the mail went if there is one, and what to do if none comes."""
    return render_template("forgotten_identifier/sent.html")


@pages.get("/forgotten-identifier/proof")
@stance("pages")
def prove() -> Answer:
    """Ask for name and date of birth."""
    if not _offered("proof"):
        abort(404)
    return render_template("forgotten_identifier/prove.html", form=PersonForm(), refusal=None)


@pages.post("/forgotten-identifier/proof")
@stance("forms", even="answers")
def prove_submit() -> Answer:
    """Show enough of the identifier to find it on a notice, and mail the whole of it."""
    if not _offered("proof"):
        abort(404)
    form = PersonForm()
    born = form.birth_date.form.value()
    if not form.validate() or born is None:
        return render_template("forgotten_identifier/prove.html", form=form, refusal=None), REFUSED
    found = identifier_reminder.by_proof(work(), form.last_name.data or "", form.first_name.data or "", born)
    if isinstance(found, Refusal):
        return render_template("forgotten_identifier/prove.html", form=form, refusal=found), REFUSED
    return render_template("forgotten_identifier/found.html", identifiers=[masked_identifier(one) for one in found])


def _offered(way: ReminderWay) -> bool:
    """Tell whether the landlord offers a way."""
    return way in current_landlord().recovery.identifier_by
