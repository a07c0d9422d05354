"""The pages of the registration: one address, which always shows the page that is due."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from idp.domain.passwords import Rule, rules_that_apply
from idp.domain.refusals import Refusal
from idp.models import FirstConnection
from idp.pages.registration.blueprint import pages
from idp.pages.registration.forms import page_form
from idp.services import first_connection, new_password, registration, registration_progress
from idp.services.first_connection import Proof
from idp.services.registration import Refused
from idp.settings.registration import Part
from idp.web import captchas, go_on, upstreams
from idp.web.agreement_fields import accepted_version, answers_of
from idp.web.answers import REFUSED, Answer
from idp.web.browser_session import close_session, current_first_connection, open_first_connection_session
from idp.web.current import commit, work
from idp.web.forms import Form
from idp.web.proof_fields import given_in
from idp.web.stance import stance


@dataclass(frozen=True, slots=True)
class Due:
    """The page that is due.

    Attributes:
        number: from 0.
        parts: what is asked on it.
        first: the registration, once the person has proved.
        form: what was typed, or nothing yet.
    """

    number: int
    parts: list[Part]
    first: FirstConnection | None
    form: Form


@pages.get("/registration")
@stance("pages")
def show() -> Answer:
    """Show the page that is due, or lead on when all is filled in."""
    due = _due()
    return go_on.to_page("first_connection.mailbox") if due is None else _page(due)


@pages.post("/registration")
@stance("forms", even="answers")
def submit() -> Answer:
    """Take a page: check what was typed, prove, keep it, and go on."""
    due = _due()
    if due is None:
        return go_on.to_page("first_connection.mailbox")
    broken = _broken_rules(due)
    if not captchas.accepted(due.form, _identifier(due), well=not broken):
        return _weak(due, broken) if broken else _page(due), REFUSED
    first = due.first
    if first is None:
        proved = registration.prove(work(), given_in(due.form, work().landlord))
        if isinstance(proved, Refused):
            return _page(due, refusal=proved.reason), REFUSED
        broken = _broken_rules(due, first := registration.begin(work(), proved))
        if broken:
            return _weak(due, broken, first), REFUSED
    return _kept(due, first)


@pages.post("/registration/restart")
@stance("forms")
def restart() -> Response:
    """Begin again, as somebody else or with something else."""
    response = redirect(url_for("registration.show", journey=request.args.get("journey")), 303)
    if current_first_connection() is not None:
        close_session(response)
    return response


def _due() -> Due | None:
    recipe = registration.recipe(work())
    first = current_first_connection()
    if first is None or first.proof != Proof.REGISTRY:
        parts = recipe.pages[0].parts
        return Due(0, parts, None, page_form(parts, []))
    found = registration_progress.next_page(work(), first)
    if found is None:
        return None
    number, parts = found
    return Due(number, parts, first, page_form(parts, [first.holder], registration_progress.answered(first)))


def _identifier(due: Due) -> str | None:
    """Read whom the page is about: who was typed, or who has proved."""
    return due.first.holder.identifier if due.first else due.form["identifier"].data


def _broken_rules(due: Due, first: FirstConnection | None = None) -> set[Rule]:
    """Judge the new password, by the person's own words as soon as it is known who it is."""
    if "password" not in due.parts or request.method != "POST" or captchas.others_wanted():
        return set()
    known = first or due.first
    email = due.form["email"].data if "email" in due.parts else known.email if known else None
    return new_password.judge(work(), due.form["password"].data or "", [known.holder] if known else [], email)


def _weak(due: Due, broken: set[Rule], first: FirstConnection | None = None) -> str:
    """Answer a password that breaks the rules; some landlords count it as a failed registration."""
    blocked = registration.count_weak_password(work(), known) if (known := first or due.first) else None
    return _page(due, broken=broken, refusal=blocked.reason if blocked else None)


def _kept(due: Due, first: FirstConnection) -> Answer:
    """Keep what a valid page says; at the end of the last one the mail leaves."""
    hashed = None
    if "password" in due.parts:
        commit()
        hashed = work().vault.hash_password(due.form["password"].data)
    registration_progress.keep(work(), first, hashed, answers_of(due.form), accepted_version(due.form))
    if "email" in due.parts:
        registration_progress.give_email(work(), first, due.form["email"].data)
    is_complete = registration_progress.next_page(work(), first) is None
    if is_complete:
        first_connection.send_first(work(), first, request.args.get("journey"))
    response = go_on.to_page("first_connection.mailbox" if is_complete else "registration.show")
    if due.first is None:
        open_first_connection_session(response, first)
    return response


def _page(due: Due, broken: set[Rule] | None = None, refusal: Refusal | None = None) -> str:
    recipe, landlord = registration.recipe(work()), work().landlord
    captchas.attach(due.form, _identifier(due))
    return render_template(
        "registration/show.html",
        form=due.form,
        parts=due.parts,
        page=recipe.pages[due.number],
        asks=recipe.asks,
        number=due.number + 1,
        total=len(recipe.pages),
        proved=due.first is not None,
        rules=rules_that_apply(landlord.password),
        broken=broken or None if request.method == "POST" else None,
        min_length=landlord.password.min_length,
        refusal=refusal,
        prover=upstreams.prover() if due.first is None else None,
        vouching=_vouching(due.first),
    )


def _vouching(first: FirstConnection | None) -> str | None:
    """Name the provider whose account is linked at the end, as people know it."""
    found = upstreams.find(first.social_provider) if first and first.social_provider else None
    return upstreams.label_of(found) if found else None
