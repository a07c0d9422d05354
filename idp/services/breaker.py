"""Trips when many six-digit codes are tried across the landlord, and then asks for a second fact."""

from idp.domain.events import EventName
from idp.domain.ladder import Limit
from idp.services import audit, lockout
from idp.services.lockout import Subject
from idp.services.work import Work


def is_tripped(work: Work) -> bool:
    """Tell whether the second fact is asked of everybody at this instant."""
    return work.landlord.first_connection.second_fact != "none" and lockout.is_closed(work, _subject(work))


def count_failure(work: Work) -> None:
    """Count one wrong code; the last one that is tolerated trips the breaker."""
    subject = _subject(work)
    if lockout.reserve(work, [subject]) and lockout.is_closed(work, subject):
        audit.record(work, EventName.BREAKER_TRIPPED, failures=subject.rule.tries)


def _subject(work: Work) -> Subject:
    breaker = work.landlord.first_connection.breaker
    return Subject("breaker", Limit(breaker.failures, breaker.within, breaker.within))
