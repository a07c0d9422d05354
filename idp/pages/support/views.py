"""What waits for an answer, what runs, and who looked so far."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from idp.domain.app_access import topics_of
from idp.domain.refusals import Notice
from idp.domain.support import Closer, State
from idp.models import Account, BrowserSession, SupportAccess
from idp.pages.support.forms import AnswerForm, EndForm
from idp.services import support, support_record
from idp.web import go_on, notices
from idp.web.answers import REFUSED, Answer
from idp.web.current import work
from idp.web.landlord import current_landlord
from idp.web.signed_in import with_account
from idp.web.stance import stance

pages = Blueprint("support", __name__)
THEN = "support"


@pages.get("/support")
@stance("pages")
@with_account(then=THEN)
def show(session: BrowserSession, account: Account) -> Answer:
    """Show what there is, what waits for an answer first."""
    return _page(account)


@pages.post("/support")
@stance("forms")
@with_account(then=THEN)
def answer(session: BrowserSession, account: Account) -> Answer:
    """Accept for a while, or refuse."""
    form = AnswerForm(current_landlord().support.durations)
    access = _own(account, form)
    if form.refuse.data:
        return _done(Notice.SUPPORT_REFUSED, done=access is not None and support.close(work(), access, Closer.PERSON))
    if not form.validate():
        return _page(account, form), REFUSED
    accepted = access is not None and support.accept(work(), access, session, form.chosen())
    return _done(Notice.SUPPORT_ACCEPTED, done=accepted)


@pages.post("/support/end")
@stance("forms")
@with_account(then=THEN)
def end(session: BrowserSession, account: Account) -> Answer:
    """End at once what runs."""
    access = _own(account, EndForm())
    return _done(Notice.SUPPORT_ENDED, done=access is not None and support.close(work(), access, Closer.PERSON))


def _own(account: Account, form: EndForm) -> SupportAccess | None:
    """Find the access that a form means, if it is this person's."""
    access = support_record.find(work(), form.reference.data or "")
    return access if access is not None and access.account_id == account.id else None


def _done(notice: Notice, *, done: bool) -> Response:
    notices.leave(notice if done else Notice.SUPPORT_GONE)
    return go_on.to_page("support.show")


def _page(account: Account, form: AnswerForm | None = None) -> str:
    there_are = support_record.of_account(work(), account.id)
    landlord = current_landlord()
    return render_template(
        "support/show.html",
        waiting=[one for one in there_are if one.state is State.WAITING],
        running=[one for one in there_are if one.state is State.RUNNING],
        former=[one for one in there_are if one.state not in (State.WAITING, State.RUNNING)],
        topics={desk.client_id: topics_of(desk.support_scopes) for desk in landlord.desks},
        form=form or AnswerForm(landlord.support.durations),
        notice=notices.take(),
    )
