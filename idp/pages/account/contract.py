"""« Ajouter un contrat »: the landlord's own proof of another contract adds it to the account."""

from flask import abort, render_template

from idp.domain.refusals import Notice, Refusal
from idp.models import Account, BrowserSession
from idp.pages.account.blueprint import THEN, pages
from idp.pages.account.forms import contract_form
from idp.services import contracts
from idp.services.login import Refused
from idp.web import captchas, go_on, notices
from idp.web.answers import REFUSED, Answer
from idp.web.current import commit, work
from idp.web.forms import Form
from idp.web.landlord import current_landlord
from idp.web.letter_proof import ProveForm, second_fact
from idp.web.proof_fields import given_in
from idp.web.secret_try import try_further_contract, try_own_password
from idp.web.signed_in import with_account
from idp.web.stance import stance


@pages.get("/account/contract")
@stance("pages")
@with_account(then=THEN)
def contract(session: BrowserSession, account: Account) -> Answer:
    """Show the form of the proof."""
    return _page(_form(account))


@pages.post("/account/contract")
@stance("forms", even="refusals")
@with_account(then=THEN)
def contract_submit(session: BrowserSession, account: Account) -> Answer:
    """Check the password, take the proof, and add the contract."""
    form = _form(account)
    if not _is_well(form):
        return _page(form), REFUSED
    refusal = _own_password(account, form) or _proof(session, form)
    if refusal is Refusal.SECOND_FACT_NEEDED:
        return go_on.to_page("account.contract")
    if refusal is not None:
        return _page(form, refusal), REFUSED
    notices.leave(Notice.CONTRACT_ADDED)
    return go_on.to_page("account.show")


def _form(account: Account) -> Form:
    """Make the form; landlords whose staff prove everybody have no such page."""
    return contract_form(account) if current_landlord().adds_contracts else abort(404)


def _is_well(form: Form) -> bool:
    return captchas.accepted(form, form["identifier"].data) if "captcha" in form else form.validate()


def _own_password(account: Account, form: Form) -> Refusal | None:
    """Try the present password, where the account has one: an open screen must not be enough."""
    if "present" not in form:
        return None
    tried = try_own_password(account, form["present"].data or "")
    if isinstance(tried, Refused):
        return tried.reason
    commit()  # lets the account and its counters go: the proof holds the contract first
    return None


def _proof(session: BrowserSession, form: Form) -> Refusal | None:
    if isinstance(form, ProveForm):
        typed = (form.identifier.data or "", form.password.data or "")
        return try_further_contract(session, *typed, second_fact(form))
    return contracts.prove(work(), session, given_in(form, current_landlord()))


def _page(form: Form, refusal: Refusal | None = None) -> str:
    recipe = current_landlord().registration
    if "captcha" in form:
        captchas.attach(form, form["identifier"].data)
    return render_template("account/contract.html", form=form, asks=recipe.asks if recipe else [], refusal=refusal)
