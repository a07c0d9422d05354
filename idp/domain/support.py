"""Support access: an adviser looks at what a person sees, once they have said yes and until they say enough."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a support access stands."""

    WAITING = "waiting"
    """For the person's answer."""
    LAPSED = "lapsed"
    """They did not answer in time."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """The staff took the request back before there was an answer."""
    RUNNING = "running"
    OVER = "over"
    """The time that the person gave has passed."""
    ENDED = "ended"
    """Somebody ended it before."""


class Closer(StrEnum):
    """Who closed a request or an access."""

    PERSON = "person"
    STAFF = "staff"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Course:
    """What became of a request so far.

    Attributes:
        answer_by: until when it waits for an answer.
        accepted_at: when the person said yes.
        ends_at: until when they said yes.
        closed_at: when it was closed.
        closed_by: who did.
    """

    answer_by: datetime
    accepted_at: datetime | None = None
    ends_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: Closer | None = None


def state(course: Course, now: datetime) -> State:
    """Tell where a support access stands at an instant."""
    if course.accepted_at is None:
        if course.closed_at is not None:
            return State.WITHDRAWN if course.closed_by is Closer.STAFF else State.REFUSED
        return State.WAITING if now < course.answer_by else State.LAPSED
    if course.closed_at is not None:
        return State.OVER if course.closed_by is Closer.TIME else State.ENDED
    assert course.ends_at is not None
    return State.RUNNING if now < course.ends_at else State.OVER
