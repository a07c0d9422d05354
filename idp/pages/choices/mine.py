"""« Mes choix »: what somebody agreed to and when, and the way to change it."""

from collections.abc import Mapping

from flask import render_template

from idp.domain.refusals import Notice
from idp.models import Account, BrowserSession, Consent
from idp.pages.choices.blueprint import AnswersForm, pages
from idp.services import agreements, consents, people
from idp.web import go_on, notices
from idp.web.agreement_fields import NO, PREFIX, YES, answers_of, with_agreements
from idp.web.answers import REFUSED, Answer
from idp.web.current import work
from idp.web.signed_in import with_account
from idp.web.stance import stance

THEN = "choices"


@pages.get("/choices")
@stance("pages")
@with_account(then=THEN)
def show(session: BrowserSession, account: Account) -> Answer:
    """Show every question that applies, with the answer given so far, and the terms."""
    kept = consents.current(work(), account.id)
    return _page(session, _form(account, kept), kept)


@pages.post("/choices")
@stance("forms")
@with_account(then=THEN)
def submit(session: BrowserSession, account: Account) -> Answer:
    """Keep the answers that differ from those given so far."""
    kept = consents.current(work(), account.id)
    form = _form(account, kept)
    if not form.validate():
        return _page(session, form, kept), REFUSED
    valid = _valid(kept)
    changed = {
        name: answer for name, answer in answers_of(form).items() if name not in valid or valid[name].answer != answer
    }
    consents.record(work(), account, changed)
    notices.leave(Notice.CHOICES_KEPT)
    return go_on.to_page("choices.show")


def _form(account: Account, kept: Mapping[str, Consent]) -> AnswersForm:
    questions = consents.due(work(), people.holders(work(), account))
    given = {f"{PREFIX}{name}": YES if row.answer else NO for name, row in _valid(kept).items()}
    return with_agreements(AnswersForm, questions, required=False)(**given)


def _valid(kept: Mapping[str, Consent]) -> dict[str, Consent]:
    """Choose the answers to the wording of today: one to an earlier wording is no answer to this one."""
    versions = {question.name: question.version for question in work().landlord.consents}
    return {name: row for name, row in kept.items() if row.version == versions.get(name)}


def _page(session: BrowserSession, form: AnswersForm, kept: Mapping[str, Consent]) -> str:
    return render_template(
        "choices/mine.html",
        form=form,
        kept=kept,
        terms=work().landlord.terms,
        new_terms=agreements.unanswered(work(), session, even_postponed=True).terms is not None,
        notice=notices.take(),
    )
