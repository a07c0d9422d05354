"""« Autoriser ... ? »: before an app that is not the landlord's own gets anything of a person."""

from urllib.parse import urlsplit

from flask import render_template, request

from idp.domain.app_access import asked_by
from idp.models import Account, BrowserSession
from idp.pages.authorizations.blueprint import pages
from idp.services import app_authorizations, apps, journeys, pending_journeys, people
from idp.services.pending_journeys import PendingJourney
from idp.web import go_on
from idp.web.answers import Answer
from idp.web.current import work
from idp.web.forms import OneButtonForm
from idp.web.signed_in import with_account
from idp.web.stance import stance


@pages.get("/authorization")
@stance("pages")
@with_account()
def ask(session: BrowserSession, account: Account) -> Answer:
    """Show who asks for what; where nothing is to be asked, go on."""
    journey = _waiting(session)
    return go_on.to_app() if journey is None else _page(journey, account)


@pages.post("/authorization")
@stance("forms")
@with_account()
def allow(session: BrowserSession, account: Account) -> Answer:
    """Keep that the person allows it, and go on; a refusal is sent elsewhere (`oidc.cancel`)."""
    journey = _waiting(session)
    if journey is not None:
        app_authorizations.give_on(work(), journey, account.id)
    return go_on.to_app()


def _waiting(session: BrowserSession) -> PendingJourney | None:
    journey = pending_journeys.find(work(), request.args.get("journey"))
    return journey if journey is not None and journeys.waits_for_consent(work(), journey, session) else None


def _page(journey: PendingJourney, account: Account) -> str:
    asked = journey.asked
    return render_template(
        "authorizations/ask.html",
        form=OneButtonForm(),
        client=apps.find(work(), journey.client_id),
        topics=asked_by(asked),
        known=app_authorizations.known(work(), account.id, journey.client_id),
        goes_to=urlsplit(asked.redirect_uri).hostname,
        account=account,
        holders=people.holders(work(), account),
    )
