"""`[support]`: how an adviser may look at what a person sees."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from idp.settings.section import Duration, Section


class Support(Section):
    """Advisers look at what somebody sees, with their consent, for apps with `support = true`."""

    durations: Annotated[
        list[Annotated[Duration, Field(ge=timedelta(minutes=1), le=timedelta(hours=4))]], Field(min_length=1)
    ] = [timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=60)]
    """What people choose from when they say for how long; the first is chosen beforehand."""
    answer_within: Annotated[Duration, Field(ge=timedelta(minutes=5), le=timedelta(days=7))] = timedelta(days=1)
    """How long a request waits for their answer."""
    token: Annotated[Duration, Field(ge=timedelta(minutes=1), le=timedelta(minutes=15))] = timedelta(minutes=5)
    """How long one look lasts; the advisers' app then asks anew, which is recorded as another look."""
    shown_for: Duration = timedelta(days=365)
    """How long people see in « Mon compte » who looked, and when."""
