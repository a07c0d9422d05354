"""Trips when many six-digit codes are tried across the landlord, and then asks for a second fact."""

from dataclasses import dataclass
from datetime import timedelta

from idp.domain.events import EventName
from idp.services import audit, lockout
from idp.services.lockout import Subject
from idp.services.work import Work


@dataclass(frozen=True, slots=True)
class _Rule:
    tries: int
    window: timedelta
    closed_for: timedelta
    lifetime: int = 0


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
    return Subject("breaker", _Rule(breaker.failures, breaker.within, breaker.within))
