"""`[terms]`, `[[consents]]`, `[privacy]`: what people agree to, and what they are told."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from idp.settings.section import Conditions, Duration, Section, Text

Version = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
TERMS = "terms"
"""What acceptances of the general terms are recorded under; no question may be called so."""
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Terms(Section):
    """The general terms; a new version asks everybody again at their next sign-in."""

    version: Version
    """Name of the version, recorded with each acceptance."""
    url: str
    """Where the text stands."""
    published_on: date
    """Day on which this version was published."""
    grace: Duration = timedelta(days=30)
    """How long after that day people with an account may still answer « later »."""


class Consent(Section):
    """A yes/no question with no default; each answer is recorded with its time, its wording and its channel."""

    name: Name
    """What the answers are recorded under."""
    version: Version
    """Version of the wording; raise it with every change to the question."""
    question: Text
    """The question, as people read it."""
    only_if: Conditions = {}
    """Asked only of holders with these values: a fact, `role` or `kind`, and the values."""


class Privacy(Section):
    """The notice on every page that asks for personal data."""

    controller: Text
    """Who processes the data."""
    purpose: Text
    """What for."""
    url: str
    """Where the whole notice stands."""
