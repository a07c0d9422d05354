"""What landlords ask people to agree to, for the pages that show it."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from idp.models import Consent as Answer
from idp.pages.choices.blueprint import AnswersForm
from idp.services.agreements import Unanswered
from idp.settings.agreements import Consent, Terms
from idp.web.agreement_fields import with_agreements
from idp.web.forms import Form
from idp.web.landlord import current_landlord

TERMS = Terms(version="2026-01", url="https://www.example.fr/conditions", published_on=date(2026, 1, 15))
QUESTIONS = (
    Consent(name="notices", version="1", question={"fr": "Recevoir mes avis par email, et non plus par la poste ?"}),
    Consent(name="news", version="1", question={"fr": "Recevoir des informations par email ?"}),
)
WHEN = datetime(2026, 2, 3, 10, 0, tzinfo=UTC)
EVERYTHING = Unanswered(TERMS, QUESTIONS)


def of_the_landlord() -> Unanswered:
    """What the landlord of the page asks."""
    landlord = current_landlord()
    return Unanswered(landlord.terms, tuple(landlord.consents))


def too_late() -> Unanswered:
    """The landlord's terms alone, which cannot wait any more."""
    return Unanswered(current_landlord().terms, may_wait=False)


def agreed(asked: Callable[[], Unanswered], **typed: str) -> Callable[[], Form]:
    """Make the form of the terms page, empty or as it was sent."""

    def make() -> Form:
        form = with_agreements(AnswersForm, asked().questions, asked().terms)(
            formdata=MultiDict(typed) if typed else None
        )
        if typed:
            form.validate()
        return form

    return make


def mine(asked: Callable[[], Unanswered], **typed: str) -> Callable[[], Form]:
    """Make the form of « Mes choix », with the last question answered before, or as it was sent."""

    def make() -> Form:
        questions = asked().questions
        before = {f"consent_{question.name}": "yes" for question in questions[-1:]}
        sent = MultiDict(before | typed) if typed else None
        form = with_agreements(AnswersForm, questions, required=False)(formdata=sent, **before)
        if typed:
            form.validate()
        return form

    return make


def kept(asked: Callable[[], Unanswered]) -> Mapping[str, Any]:
    """What « Mes choix » shows beside the form: what was answered before."""
    names = ["terms", *(question.name for question in asked().questions[-1:])]
    before = {name: Answer(name=name, version="1", answer=True, answered_at=WHEN, channel="web") for name in names}
    return {"kept": before, "terms": asked().terms, "new_terms": asked().terms is not None}
