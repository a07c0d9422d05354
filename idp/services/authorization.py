"""Answers an app's request at once where nothing is due, and otherwise starts a journey."""

from dataclasses import dataclass

from idp.domain.authorization import AuthorizationRequest, AuthorizationResponse, granted, refused
from idp.domain.journey import Step, next_step
from idp.domain.prompting import min_auth_time, wants_new_sign_in
from idp.models import BrowserSession
from idp.services import codes, journeys, pushed_requests, sessions, steps, subjects
from idp.services.journeys import Over
from idp.services.live_sessions import LiveSession
from idp.services.work import Work


@dataclass(frozen=True, slots=True)
class Started:
    """The person has something to do first; `journey` is the reference to come back with."""

    step: Step
    journey: str


def answer(
    work: Work, request: AuthorizationRequest, session: BrowserSession | None
) -> AuthorizationResponse | Started | Over:
    """Answer a checked request (OpenID Connect Core §3.1.2.3).

    Args:
        work: the transaction.
        request: what the app asks for.
        session: the browser's live session.

    Returns:
        the answer, or the step that is due first, or that a pushed request was answered before.
    """
    stale = session is not None and _is_stale(work, request, session)
    step = Step.SIGN_IN if stale else next_step(steps.facts(work, session, None, request))
    if (step is not None or session is None) and "none" not in request.prompt:
        reference = journeys.start(
            work,
            request,
            min_auth_time=min_auth_time(request, work.now),
            former_session_id=session.id if stale and session is not None else None,
        )
        return Started(step or Step.SIGN_IN, reference)
    if not pushed_requests.claim(work, request):
        return Over()
    if step is None and session is not None:
        return _granted(work, request, session)
    return _not_without_the_person(
        work, request, step, known=session is not None and session.sub is not None and not stale
    )


def at_once(work: Work, request: AuthorizationRequest, session: LiveSession) -> AuthorizationResponse | None:
    """Answer a checked request that the browser brought, where nothing is due; None, with nothing done, elsewhere."""
    if _is_stale(work, request, session) or next_step(steps.facts(work, session, None, request)) is not None:
        return None
    return _granted(work, request, session)


def _granted(work: Work, request: AuthorizationRequest, session: LiveSession) -> AuthorizationResponse:
    sessions.touch(work, session)
    return granted(request.reply_to, work.landlord.issuer, codes.issue(work, request, session))


def _is_stale(work: Work, request: AuthorizationRequest, session: LiveSession) -> bool:
    """Tell whether somebody is signed in, or half so, who has to sign in anew for this request."""
    if session.sub is None and not session.is_half:
        return False
    return wants_new_sign_in(request, _seen_as(work, request, session.sub), work.now - session.auth_time)


def _seen_as(work: Work, request: AuthorizationRequest, sub: str | None) -> str:
    """Name who is signed in as the app knows them; nobody is yet where the second factor is due."""
    return subjects.sub_for(work, request.client_id, sub) if sub else request.expected_sub or ""


def _not_without_the_person(
    work: Work, request: AuthorizationRequest, step: Step | None, *, known: bool
) -> AuthorizationResponse:
    """Refuse what was to be answered without showing a page (OpenID Connect Core §3.1.2.6).

    A second factor that is missing is a sign-in that is missing: `login_required`, as for nobody at all.
    """
    if not known or step in (Step.SIGN_IN, Step.STEP_UP):
        error, words = "login_required", "nobody is signed in who may answer"
    elif step is Step.CONSENT:
        error, words = "consent_required", "the person has not agreed that the app gets this"
    else:
        error, words = "interaction_required", "the person has something to do first"
    return refused(request.reply_to, work.landlord.issuer, error, words)
