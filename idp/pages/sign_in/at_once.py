"""The sign-in where nothing is due but identifier and password: the form as everybody gets it, and who gets in by it.

Every other case is left to the page; a try that does not simply let somebody in, together with what was found of it.
"""

import io
from collections.abc import Mapping
from urllib.parse import parse_qsl

from idp.domain.authorization import AuthorizationResponse
from idp.domain.captchas import Place
from idp.domain.redirects import with_query
from idp.services import (
    attempt,
    captchas,
    devices,
    journeys,
    login,
    pending_journeys,
    second_factors,
    sessions,
)
from idp.services.attempt import Attempt, Kind, Verdict
from idp.services.live_sessions import LiveSession
from idp.services.login import SignedIn
from idp.services.people import ClaimedAccount
from idp.services.work import Work
from idp.web import kept_pages
from idp.web.asked import Answer, Asked, sent_to
from idp.web.cookies import BROWSER, DEVICE, DEVICE_LIFETIME, REMEMBERED, SESSION, cookie_header
from idp.web.forms import FIELD_LIMIT, PASSWORD_LIMIT, is_storable
from idp.web.go_on import PASSWORD_AMR
from idp.web.language import CHOICE
from idp.web.pre_session import CSRF, PreSession
from idp.web.safety import is_foreign, new_nonce
from idp.web.secret_try import VERIFIED
from idp.web.stance import stance

ENDPOINT = "sign_in.show"
PLAIN = {BROWSER, CSRF, CHOICE}
"""What the pre-session of a browser holds to which nothing is to be said."""
LIMITS = {CSRF: FIELD_LIMIT, "identifier": FIELD_LIMIT, "password": PASSWORD_LIMIT}
"""The fields of the plain form, with the most characters of each."""
MOST_BYTES = 4096
FORM = "application/x-www-form-urlencoded"


def secrets_of(nonce: str, token: str, journey: str | None) -> dict[str, str]:
    """Name what differs between two visitors who are shown the plain form.

    Args:
        nonce: of the page.
        token: of the form.
        journey: its reference; None or empty where no app asks.
    """
    return {"nonce": nonce, CSRF: token} | ({"journey": journey} if journey else {})


@stance("pages")
def show_at_once(request: Asked) -> Answer | None:
    """Show the plain form to a browser that is known and in which nobody is signed in."""
    kept, reference = request.pre_session, request.journey
    if kept is None or reference is None or not _is_plain(request, kept):
        return None
    work = request.work_in(kept)
    if reference:
        journey = pending_journeys.find(work, reference)
        if journey is None or journey.asked.login_hint:
            return None
    if captchas.is_due(work, Place.SIGN_IN):
        return None
    secrets = secrets_of(new_nonce(), request.pre_sessions.form_token(kept), reference)
    return kept_pages.find(request, (ENDPOINT, work.landlord.slug, work.origin.locale), secrets)


@stance("forms", even="refusals")
def submit_at_once(request: Asked) -> Answer | None:
    """Let somebody in by their own password, and answer the app that asks where nothing else is due."""
    kept, reference = request.pre_session, request.journey
    if kept is None or reference is None or not _is_plain(request, kept):
        return None
    typed = _typed(request)
    if typed is None or not request.pre_sessions.is_form_token(kept, typed[CSRF]):
        return None
    work, identifier = request.work_in(kept), typed["identifier"]
    if captchas.is_due(work, Place.SIGN_IN, identifier):
        return None
    counted = attempt.reserve(work, identifier, typed["password"])
    request.commit()
    verdict = attempt.verify(work.vault, counted)
    request.environ[VERIFIED] = counted, verdict
    account = _let_in(work, counted, verdict)
    return None if account is None else _signed_in(request, work, account, reference)


def _is_plain(request: Asked, kept: PreSession) -> bool:
    return CSRF in kept and kept.keys() <= PLAIN and not request.cookie(SESSION) and not request.cookie(REMEMBERED)


def _typed(request: Asked) -> Mapping[str, str] | None:
    """Read the plain form; None where something else was sent, which is then still there to be read."""
    length: str = request.environ.get("CONTENT_LENGTH", "")
    small = length.isdecimal() and length.isascii() and int(length) <= MOST_BYTES
    if not small or request.mimetype != FORM or is_foreign(request.header("Sec-Fetch-Site")):
        return None
    body = request.get_data()
    request.environ["wsgi.input"] = io.BytesIO(body)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=len(LIMITS), errors="strict")
    except ValueError:
        return None
    typed = dict(pairs)
    fits = len(pairs) == len(typed) and typed.keys() == LIMITS.keys()
    return typed if fits and all(_fits(text, LIMITS[name]) for name, text in pairs) else None


def _fits(text: str, limit: int) -> bool:
    return 0 < len(text) <= limit and is_storable(text)


def _let_in(work: Work, counted: Attempt, verdict: Verdict) -> ClaimedAccount | None:
    """Settle a try that lets somebody in at once, and return their account; None leaves it to be settled."""
    account = counted.person.account
    if account is None or not verdict.right or counted.kind is not Kind.PASSWORD:
        return None
    outcome = login.settle(work, counted, verdict)
    if not isinstance(outcome, SignedIn) or second_factors.is_due(work, account.id):
        return None
    return account


def _signed_in(request: Asked, work: Work, account: ClaimedAccount, reference: str) -> Answer:
    """Open the session, and send the browser to the app that asks, or to what is still due there, or home."""
    landlord = request.landlord
    spared = second_factors.spared(work)
    token, session = sessions.start_plain(work, account.id, account.sub, PASSWORD_AMR, postponed=spared)
    device = devices.remember(work, account.id)
    where = _answered(work, session, reference) if reference else landlord.home_url
    return sent_to(
        where or request.address("oidc.resume", journey=reference),
        cookie_header(landlord, SESSION, token),
        cookie_header(landlord, DEVICE, device, DEVICE_LIFETIME),
    )


def _answered(work: Work, session: LiveSession, reference: str) -> str | None:
    """Answer the request of the app that asks, in the query of its address; None where that cannot be done yet."""
    journey = pending_journeys.find(work, reference)
    if journey is None or journey.asked.response_mode != "query":
        return None
    answer = journeys.resume(work, journey, session)
    return with_query(answer.redirect_uri, answer.parameters) if isinstance(answer, AuthorizationResponse) else None
