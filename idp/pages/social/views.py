"""There and back: to another provider and home with its answer."""

from collections.abc import Mapping

from flask import redirect, request, url_for

from idp.domain.journey import Step
from idp.domain.refusals import Notice
from idp.domain.social import Fault, Identity, amr_of
from idp.pages.social import protocol, proving
from idp.pages.social.blueprint import conversation, pages, provider, refused, send
from idp.pages.social.tokens import DoubtError
from idp.services import social_links, social_requests, social_sessions, social_sign_in
from idp.services.fetching import NotFetchedError
from idp.services.login import Refused, SignedIn
from idp.services.social_requests import Purpose
from idp.services.upstreams import Upstream
from idp.web import go_on, notices, upstream_sign_out
from idp.web.answers import Answer
from idp.web.browser_session import current_first_connection, current_session
from idp.web.current import commit, work
from idp.web.stance import stance

CANCELLED = frozenset({"access_denied", "user_cancelled_login", "user_cancelled_authorize", "consent_required"})
ANSWER = ("state", "code", "iss", "error")
LONGEST = 4096


@pages.post("/social/<name>/sign-in")
@stance("forms")
def sign_in(name: str) -> Answer:
    """Send the browser to the provider, to sign in by it."""
    asked = request.args
    return send(provider(name), Purpose.SIGN_IN, journey=asked.get("journey"), after=asked.get("then"))


@pages.post("/social/<name>/connect")
@stance("forms")
def connect(name: str) -> Answer:
    """Send the browser to the provider in the middle of a first connection, in place of typing an address."""
    upstream, first = provider(name), current_first_connection()
    if first is None or go_on.step_of(first) not in (Step.EMAIL, Step.MAILBOX):
        return go_on.to_page("first_connection.prove" if first is None else "first_connection.mailbox")
    return send(upstream, Purpose.CONNECT, journey=request.args.get("journey"), bound_to=first.id)


@pages.get("/social/<name>/callback")
@stance("pages", writes=True)
def callback(name: str) -> Answer:
    """Take the provider's answer, once, in the browser that was sent there."""
    upstream, answer = provider(name), _answer()
    pending = social_requests.claim(work(), name, answer.get("state", "") if answer else "")
    if answer is None or pending is None:
        fault = social_requests.fail(work(), name, Fault.OVER)
        return refused(upstream, Purpose.SIGN_IN, fault)
    purpose, journey, after = Purpose(pending.purpose), pending.journey, pending.after
    bound_to, number = pending.bound_to, pending.id
    found = _identity(upstream, answer)
    if isinstance(found, Fault):
        return refused(upstream, purpose, found, journey=journey, after=after)
    match purpose:
        case Purpose.SIGN_IN:
            return _signed_in(upstream, found, journey, after)
        case Purpose.CONNECT:
            return _connected(upstream, found, journey, bound_to)
        case Purpose.LINK:
            return _linked(upstream, found, journey, bound_to)
        case Purpose.PROVE if social_links.find(work(), found) is not None:
            return _signed_in(upstream, found, journey, after)  # nothing is left to prove
        case Purpose.PROVE:
            return proving.vouched(upstream, found, journey, number)


@pages.get("/social/<name>/signed-out")
@stance("pages")
def signed_out(name: str) -> Answer:
    """Welcome the browser back from the provider's own sign-out, and let it go on to the app it came from."""
    provider(name)
    return redirect(upstream_sign_out.way_back(request.args.get("state", "")) or url_for("sign_out.show"), 303)


def _answer() -> Mapping[str, str] | None:
    """Read the parameters that the browser brings; None where one is there twice, or is no reasonable text."""
    found: dict[str, str] = {}
    for name in ANSWER:
        values = request.args.getlist(name)
        if len(values) > 1 or any(len(value) > LONGEST or not value.isprintable() for value in values):
            return None
        if values and values[0]:
            found[name] = values[0]
    return found


def _identity(upstream: Upstream, answer: Mapping[str, str]) -> Identity | Fault:
    """Ask the provider who it is, while no transaction is open."""
    talk = conversation(upstream, social_requests.secrets_of(work(), answer["state"]))
    commit()
    if "code" not in answer or "error" in answer:
        code = answer.get("error", "")
        fault = Fault.CANCELLED if code in CANCELLED else Fault.UNAVAILABLE if code else Fault.NOT_BELIEVED
        return social_requests.fail(work(), upstream.name, fault, code)
    try:
        return protocol.ask(talk, answer)
    except NotFetchedError as error:
        return social_requests.fail(work(), upstream.name, Fault.UNAVAILABLE, str(error))
    except DoubtError as error:
        return social_requests.fail(work(), upstream.name, Fault.NOT_BELIEVED, str(error))


def _signed_in(upstream: Upstream, found: Identity, journey: str | None, after: str | None) -> Answer:
    match social_sign_in.sign_in(work(), upstream.name, found):
        case SignedIn(account_id):
            response, token = go_on.by(account_id, amr_of(upstream.name), journey, after)
            if upstream.known.ends_session and found.token:
                social_sessions.keep(work(), token, upstream.name, found.token)
            return response
        case Refused(reason):
            return refused(upstream, Purpose.SIGN_IN, reason, journey=journey, after=after)
        case Fault() as fault:
            social_requests.fail(work(), upstream.name, fault)
            return refused(upstream, Purpose.SIGN_IN, fault, journey=journey, after=after)


def _connected(upstream: Upstream, found: Identity, journey: str | None, first_id: int | None) -> Answer:
    """Note the account there in the first connection that this browser is still in the middle of."""
    first = current_first_connection()
    fault: Fault | None = Fault.OVER
    if first is not None and first.id == first_id:
        fault = social_links.connect(work(), first, upstream.name, found)
        _keep_token(upstream, found)
    if fault is not None:
        social_requests.fail(work(), upstream.name, fault)
        return refused(upstream, Purpose.CONNECT, fault, journey=journey)
    return redirect(url_for("first_connection.email", journey=journey), 303)


def _keep_token(upstream: Upstream, found: Identity) -> None:
    """Keep the ID token for the session that the first connection ends in."""
    session = current_session()
    if session is not None and upstream.known.ends_session and found.token:
        social_sessions.keep_for(work(), session.id, upstream.name, found.token)


def _linked(upstream: Upstream, found: Identity, journey: str | None, account_id: int | None) -> Answer:
    """Link the account there to the account that is still signed in in this browser."""
    session = current_session()
    account = session.account if session is not None else None
    fault: Fault | None = Fault.OVER
    if account is not None and account.id == account_id:
        fault = social_links.link(work(), account, upstream.name, found)
    if fault is not None:
        social_requests.fail(work(), upstream.name, fault)
        return refused(upstream, Purpose.LINK, fault, journey=journey)
    notices.leave(Notice.SOCIAL_LINKED)
    return redirect(url_for("account.show", journey=journey), 303)
