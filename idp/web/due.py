"""What the app that asks wants of the present browser."""

from flask import g, request

from idp.domain.journey import Step, next_step
from idp.services import journeys, pending_journeys, steps
from idp.services.pending_journeys import PendingJourney
from idp.web.browser_session import current_session
from idp.web.current import work


def current_journey() -> PendingJourney | None:
    """Return the app's request that the address of the page names, as it waits."""
    if "journey" not in g:
        g.journey = pending_journeys.find(work(), request.args.get("journey"))
    found: PendingJourney | None = g.journey
    return found


def hinted_identifier() -> str | None:
    """Return what the app thinks the person signs in with (OpenID Connect Core §3.1.2.1, `login_hint`)."""
    journey = current_journey()
    return journey.asked.login_hint if journey else None


def sign_in_is_due() -> bool:
    """Tell whether the person must sign in, for the app that asks or for the landlord's home."""
    session = current_session()
    journey = current_journey()
    if session is None or session.account_id is None:
        return True
    asked = journey.asked if journey is not None else None
    return next_step(steps.facts(work(), session, journey, asked)) is Step.SIGN_IN


def step_up_is_due() -> bool:
    """Tell whether the app that asks insists on a second factor that somebody who is signed in has not shown."""
    session, journey = current_session(), pending_journeys.find(work(), request.args.get("journey"))
    if session is None or journey is None or journeys.is_over(work(), journey):
        return False
    return next_step(steps.facts(work(), session, journey, journey.asked)) is Step.STEP_UP
