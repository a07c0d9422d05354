"""What is known of the browser that brings a request: the facts from which its next step follows."""

from idp.domain import assurance
from idp.domain.assurance import reaches
from idp.domain.authorization import AuthorizationRequest
from idp.domain.journey import Facts, FirstConnectionFacts
from idp.services import agreements, app_authorizations, first_connection, renewals
from idp.services.live_sessions import LiveSession
from idp.services.pending_journeys import PendingJourney
from idp.services.work import Work


def facts(
    work: Work,
    session: LiveSession | None,
    journey: PendingJourney | None,
    request: AuthorizationRequest | None = None,
) -> Facts:
    """Gather the facts for `next_step`.

    Args:
        work: the transaction.
        session: the browser's live session.
        journey: the request as it waits, if it does.
        request: what the app asks for, where that is to be looked at.
    """
    if session is None:
        return Facts(signed_in=False)
    if session.account_id is None:
        return Facts(
            signed_in=False,
            second_factor_due=session.is_half and (journey is None or _recent_enough(session, journey)),
            first_connection=_first_connection(work, session),
        )
    asked = request is not None and app_authorizations.is_due(work, session.account_id, request, journey)
    too_low = request is not None and not reaches(session.amr, request.essential_acr)
    step_up = too_low and request is not None and assurance.TWO_FACTORS in request.essential_acr
    return Facts(
        step_up_due=step_up,
        signed_in=(journey is None or _recent_enough(session, journey)) and (step_up or not too_low),
        renewal_due=renewals.is_due(work, session),
        terms_due=bool(agreements.unanswered(work, session)),
        consent_due=asked,
    )


def _first_connection(work: Work, session: LiveSession) -> FirstConnectionFacts | None:
    started = session.first_connection
    return None if started is None or started.completed_at is not None else first_connection.facts(work, started)


def _recent_enough(session: LiveSession, journey: PendingJourney) -> bool:
    if session.id == journey.former_session_id:
        return False
    return journey.min_auth_time is None or session.auth_time >= journey.min_auth_time
