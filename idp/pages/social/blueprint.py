"""The blueprint of the pages, and what each of them does first: find the provider, send the browser there."""

from flask import Blueprint, abort, redirect, render_template, url_for

from idp.domain.refusals import Refusal
from idp.domain.social import Fault
from idp.pages.social import protocol
from idp.pages.social.conversation import Conversation
from idp.services import social_requests
from idp.services.fetching import NotFetchedError
from idp.services.social_requests import Purpose, Secrets
from idp.services.upstreams import Upstream
from idp.web import upstreams
from idp.web.answers import REFUSED, Answer
from idp.web.current import commit, work
from idp.web.landlord import current_landlord
from idp.web.upstreams import label_of

pages = Blueprint("social", __name__)
STATUS = {Fault.OVER: 400, Fault.NOT_BELIEVED: 400}
BACK = {
    Purpose.SIGN_IN: "sign_in.show",
    Purpose.CONNECT: "first_connection.email",
    Purpose.LINK: "account.show",
    Purpose.PROVE: "registration.show",
}


def provider(name: str) -> Upstream:
    """Find a provider that the present landlord offers; another name is no page."""
    return upstreams.find(name) or abort(404)


def conversation(upstream: Upstream, secrets: Secrets) -> Conversation:
    """Say what a sign-in at a provider is made of."""
    uri = f"{current_landlord().issuer}/social/{upstream.name}/callback"
    return Conversation(upstreams.upstreams(), upstream, uri, secrets, work().now)


def send(
    upstream: Upstream,
    purpose: Purpose,
    *,
    journey: str | None,
    after: str | None = None,
    bound_to: int | None = None,
) -> Answer:
    """Send the browser to a provider; where it cannot be asked for its address, say so.

    Args:
        upstream: the provider.
        purpose: what for; see `social_requests.begin` for the rest.
        journey: reference of the pending authorization request.
        after: page of ours that the person wishes for.
        bound_to: the account that is to be linked, or the first connection that goes on.
    """
    now = work().now
    commit()
    try:
        upstreams.upstreams().metadata(upstream, now, protocol.patience())
    except NotFetchedError as error:
        fault = social_requests.fail(work(), upstream.name, Fault.UNAVAILABLE, str(error))
        return refused(upstream, purpose, fault, journey=journey, after=after)
    secrets = social_requests.begin(work(), upstream.name, purpose, journey=journey, after=after, bound_to=bound_to)
    return redirect(protocol.address(conversation(upstream, secrets)), 303)


def refused(
    upstream: Upstream,
    purpose: Purpose,
    why: Fault | Refusal,
    *,
    journey: str | None = None,
    after: str | None = None,
) -> Answer:
    """Say why a sign-in by another provider leads no further, and where to go on from here."""
    shown = {"fault": why} if isinstance(why, Fault) else {"refusal": why}
    page = render_template(
        "social/refused.html",
        provider=label_of(upstream),
        purpose=purpose,
        back=url_for(BACK[purpose], journey=journey, then=after),
        journey=journey,
        prover=upstream if upstream == upstreams.prover() else None,
        **shown,
    )
    return page, STATUS.get(why, REFUSED) if isinstance(why, Fault) else REFUSED
