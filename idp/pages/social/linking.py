"""On « Mon compte »: link an account at another provider, and part from it, each with the password once more."""

from flask import render_template, request

from idp.domain.refusals import Notice
from idp.models import Account, BrowserSession
from idp.pages.social.blueprint import pages, provider, send
from idp.services import social_links
from idp.services.social_requests import Purpose
from idp.web import go_on, notices
from idp.web.answers import REFUSED, Answer
from idp.web.current import work
from idp.web.once_more import Wrong, is_fresh, present_form, wrong_now
from idp.web.signed_in import with_account
from idp.web.stance import stance
from idp.web.upstreams import label_of

THEN = "account"


@pages.get("/account/social/<name>/link")
@stance("pages")
@with_account(then=THEN)
def link(session: BrowserSession, account: Account, name: str) -> Answer:
    """Ask for the password before the browser is sent to the provider."""
    return _page(session, account, name)


@pages.post("/account/social/<name>/link")
@stance("forms", even="refusals")
@with_account(then=THEN)
def link_submit(session: BrowserSession, account: Account, name: str) -> Answer:
    """Send the browser to the provider."""
    upstream = provider(name)
    wrong = wrong_now(session, account)
    if wrong is not None:
        return _page(session, account, name, wrong), REFUSED
    return send(upstream, Purpose.LINK, journey=request.args.get("journey"), bound_to=account.id)


@pages.get("/account/social/<name>/unlink")
@stance("pages")
@with_account(then=THEN)
def unlink(session: BrowserSession, account: Account, name: str) -> Answer:
    """Ask for the password before the link is taken away."""
    return _page(session, account, name)


@pages.post("/account/social/<name>/unlink")
@stance("forms", even="refusals")
@with_account(then=THEN)
def unlink_submit(session: BrowserSession, account: Account, name: str) -> Answer:
    """Take the link away, unless it is the only way in."""
    wrong = wrong_now(session, account)
    if wrong is not None:
        return _page(session, account, name, wrong), REFUSED
    refusal = social_links.unlink(work(), account, name)
    if refusal is not None:
        return _page(session, account, name, (present_form(account), refusal)), REFUSED
    notices.leave(Notice.SOCIAL_UNLINKED)
    return go_on.to_page("account.show")


def _page(session: BrowserSession, account: Account, name: str, wrong: Wrong | None = None) -> str:
    form, refusal = wrong or (present_form(account), None)
    return render_template(
        "social/link.html",
        form=form,
        provider=label_of(provider(name)),
        linking=request.endpoint in ("social.link", "social.link_submit"),
        fresh=is_fresh(session, account),
        refusal=refusal,
    )
