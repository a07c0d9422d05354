"""The apps that somebody allowed, and the way to withdraw it."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request

from idp.domain.app_access import Topic
from idp.domain.refusals import Notice
from idp.models import Account, AppAuthorization, BrowserSession
from idp.pages.authorizations.blueprint import pages
from idp.services import app_authorizations, apps
from idp.web import go_on, notices
from idp.web.answers import Answer
from idp.web.current import work
from idp.web.forms import OneButtonForm
from idp.web.signed_in import with_account
from idp.web.stance import stance

THEN = "authorizations"


@dataclass(frozen=True, slots=True)
class Allowed:
    """One app that somebody allowed, as the page shows it."""

    client_id: str
    name: str
    topics: tuple[Topic, ...]
    given_at: datetime


@pages.get("/authorizations")
@stance("pages")
@with_account(then=THEN)
def show(session: BrowserSession, account: Account) -> Answer:
    """Show the apps with what they get."""
    apps = [_shown(row) for row in app_authorizations.of_account(work(), account.id)]
    return render_template("authorizations/mine.html", form=OneButtonForm(), apps=apps, notice=notices.take())


@pages.post("/authorizations")
@stance("forms")
@with_account(then=THEN)
def withdraw(session: BrowserSession, account: Account) -> Answer:
    """Withdraw the access of one app; pressing twice does no harm."""
    named = request.form.get("app")
    allowed = {row.client_id for row in app_authorizations.of_account(work(), account.id)}
    if named in allowed and app_authorizations.withdraw(work(), account.id, named):
        notices.leave(Notice.ACCESS_WITHDRAWN)
    return go_on.to_page("authorizations.show")


def _shown(row: AppAuthorization) -> Allowed:
    client = apps.find(work(), row.client_id)
    name = client.name if client else row.client_id
    return Allowed(row.client_id, name, tuple(map(Topic, row.topics)), row.given_at)
