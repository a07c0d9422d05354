"""`[captcha]`, `[assistance]`, `[leaving]`: hurdles, help, and the end."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from idp.settings.section import Duration, EmailText, Section

When = Literal["always", "after_failures", "never"]


class Captcha(Section):
    """Six digits, as a picture or in French; friction for machines, never the only gate."""

    sign_in: When = "never"
    """On the sign-in page."""
    proof: When = "never"
    """On the registration's page of the proof."""
    registration: When = "never"
    """On the registration's later pages."""
    recovery: When = "never"
    """On « Mot de passe oublié »."""
    assistance: When = "never"
    """On the assistance form."""
    failures: Annotated[int, Field(ge=1)] = 3
    """Wrong tries of one network after which `after_failures` asks."""


class Assistance(Section):
    """The form for people who found no way in; their data serve the case only."""

    offered: bool = True
    """Whether there is such a form, and the pages lead to it."""
    inbox: EmailText | None = None
    """Address of the staff, told of each new case by number only."""
    per_day: Annotated[int, Field(ge=1)] = 5
    """Most cases from one network in one day."""
    erase_after: Duration = timedelta(days=30)
    """How long a closed case is kept; then only the count of cases is left."""
    erase_open_after: Duration = timedelta(days=180)
    """How long a case is kept that nobody ever closes."""


class Leaving(Section):
    """What becomes of an account when its last contract has ended."""

    access_after_end: Duration = timedelta(days=90)
    """How long people still sign in after that day; then the account is closed."""
