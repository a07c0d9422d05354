"""Journeys: authorization requests that wait for the person, each answered once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, update

from idp.domain.authorization import (
    AuthorizationRequest,
    AuthorizationResponse,
    granted,
    refused,
    write_request,
)
from idp.domain.events import EventName
from idp.domain.journey import Step, next_step
from idp.services import apps, audit, codes, pushed_requests, steps, subjects
from idp.services.live_sessions import LiveSession
from idp.services.pending_journeys import JOURNEY, PendingJourney
from idp.services.prepared import Prepared
from idp.services.vault import digest, new_secret
from idp.services.work import Work

START = Prepared(
    insert(JOURNEY).inline(),
    (
        *("landlord", "reference_hash", "browser_hash", "client_id", "request", "started_at", "expires_at"),
        *("min_auth_time", "former_session_id"),
    ),
    is_all_that_is_written=True,
)
CLAIM = Prepared(
    update(JOURNEY)
    .where(JOURNEY.c.id == bindparam("journey"), JOURNEY.c.claimed_at.is_(None))
    .values(claimed_at=bindparam("at"))
    .returning(JOURNEY.c.id)
)


@dataclass(frozen=True, slots=True)
class StepDue:
    """The person has something to do first."""

    step: Step


@dataclass(frozen=True, slots=True)
class Over:
    """The request was answered before, or its app is gone."""


def start(
    work: Work,
    request: AuthorizationRequest,
    *,
    min_auth_time: datetime | None = None,
    former_session_id: int | None = None,
) -> str:
    """Keep a request until the person has done what is due.

    Args:
        work: the transaction; the journey belongs to the browser it comes from.
        request: the checked request.
        min_auth_time: how recent a sign-in must be to answer it.
        former_session_id: the session that cannot answer it, because a new sign-in was asked for.

    Returns:
        the journey's reference, for the address of every page on the way.
    """
    reference = new_secret()
    START.run(
        work.db,
        {
            "landlord": work.landlord.slug,
            "reference_hash": digest(reference),
            "browser_hash": digest(work.origin.browser),
            "client_id": request.client_id,
            "request": write_request(request),
            "started_at": work.now,
            "min_auth_time": min_auth_time,
            "former_session_id": former_session_id,
            "expires_at": work.now + work.landlord.sessions.pending,
        },
    )
    return reference


def resume(
    work: Work, journey: PendingJourney, session: LiveSession | None
) -> StepDue | AuthorizationResponse | Over:
    """Answer a journey's request, unless something is still due.

    Args:
        work: the transaction.
        journey: as it was found.
        session: the browser's live session.

    Returns:
        the due step, or the one answer of the request, or that it was answered before.
    """
    if is_over(work, journey):
        return Over()
    request = journey.asked
    step = next_step(steps.facts(work, session, journey, request))
    if step is not None or session is None or session.sub is None:
        return StepDue(step or Step.SIGN_IN)
    if not _claim(work, journey):
        return Over()
    if request.expected_sub not in (None, subjects.sub_for(work, request.client_id, session.sub)):
        return refused(
            request.reply_to, work.landlord.issuer, "login_required", "another person signed in than was asked for"
        )
    return granted(request.reply_to, work.landlord.issuer, codes.issue(work, request, session))


def waits_for_consent(work: Work, journey: PendingJourney, session: LiveSession) -> bool:
    """Tell whether nothing is due on a journey but the person's word that the app may have what it asks for."""
    if is_over(work, journey):
        return False
    return next_step(steps.facts(work, session, journey, journey.asked)) is Step.CONSENT


def cancel(work: Work, journey: PendingJourney, session: LiveSession | None) -> AuthorizationResponse | Over:
    """Answer a journey's request with the person's refusal, on whatever page they were."""
    if not _still_registered(work, journey) or not _claim(work, journey):
        return Over()
    account_id = session.account_id if session is not None else None
    audit.record(work, EventName.AUTHORIZATION_REFUSED, account_id=account_id, client_id=journey.client_id)
    return refused(journey.asked.reply_to, work.landlord.issuer, "access_denied", "the person cancelled")


def is_over(work: Work, journey: PendingJourney) -> bool:
    """Tell whether a journey was answered, or its app is gone."""
    return journey.claimed_at is not None or not _still_registered(work, journey)


def _still_registered(work: Work, journey: PendingJourney) -> bool:
    """Tell whether the app and its address are still in the configuration, which may have changed meanwhile."""
    client = apps.find(work, journey.client_id)
    return client is not None and client.may_answer_at(journey.asked.redirect_uri)


def _claim(work: Work, journey: PendingJourney) -> bool:
    """Claim the one answer of a journey, and that of its pushed request, which other journeys may share."""
    claimed = CLAIM.first(work.db, {"journey": journey.id, "at": work.now})
    return claimed is not None and pushed_requests.claim(work, journey.asked)
