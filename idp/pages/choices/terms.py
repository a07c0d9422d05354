"""What is to be agreed to before an app opens: new general terms, questions without an answer."""

from flask import render_template, request

from idp.models import Account, BrowserSession
from idp.pages.choices.blueprint import AnswersForm, pages
from idp.services import agreements, consents, sessions
from idp.services.agreements import Unanswered
from idp.web import go_on
from idp.web.agreement_fields import accepted_version, answers_of, with_agreements
from idp.web.answers import REFUSED, Answer
from idp.web.current import work
from idp.web.signed_in import with_account
from idp.web.stance import stance


@pages.get("/terms")
@stance("pages")
@with_account()
def terms(session: BrowserSession, _: Account) -> Answer:
    """Show what is asked; where that is nothing, go on."""
    asked = agreements.unanswered(work(), session, even_postponed=True)
    return _page(asked, _form(asked)) if asked else go_on.to_app()


@pages.post("/terms")
@stance("forms")
@with_account()
def terms_submit(session: BrowserSession, account: Account) -> Answer:
    """Keep the answers, or that the person will answer later."""
    asked = agreements.unanswered(work(), session, even_postponed=True)
    if asked and "later" in request.form and asked.may_wait:
        sessions.postpone(session, agreements.POSTPONED)
        return go_on.to_app()
    form = _form(asked)
    if not form.validate():
        return _page(asked, form), REFUSED
    consents.record(work(), account, answers_of(form))
    accepted = accepted_version(form)
    if accepted is not None:
        consents.accept_terms(work(), account, accepted)
    return go_on.to_app()


def _form(asked: Unanswered) -> AnswersForm:
    return with_agreements(AnswersForm, asked.questions, asked.terms)()


def _page(asked: Unanswered, form: AnswersForm) -> str:
    return render_template("choices/terms.html", asked=asked, form=form)
