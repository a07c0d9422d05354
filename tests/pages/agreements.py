"""What a landlord asks people to agree to, for the pages that show it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from werkzeug.datastructures import MultiDict

from idp.models import Consent as Answer
from idp.pages.choices.blueprint import AnswersForm
from idp.settings.agreements import Consent, Terms
from idp.web.agreement_fields import with_agreements
from idp.web.forms import Form

TERMS = Terms(version="2026-01", url="https://www.example.fr/conditions", published_on=date(2026, 1, 15))
QUESTIONS = (
    Consent(name="notices", version="1", question={"fr": "Recevoir mes avis par e-mail, et non plus par la poste ?"}),
    Consent(name="news", version="1", question={"fr": "Recevoir des informations par e-mail ?"}),
)
WHEN = datetime(2026, 2, 3, 10, 0, tzinfo=UTC)
KEPT = {
    "terms": Answer(name="terms", version="2025-06", answer=True, answered_at=WHEN, channel="web"),
    "news": Answer(name="news", version="1", answer=True, answered_at=WHEN, channel="web"),
}


def agreed(*, terms_only: bool = False, **typed: str) -> Callable[[], Form]:
    """Make the form of the terms page, empty or as it was sent."""

    def make() -> Form:
        form = with_agreements(AnswersForm, () if terms_only else QUESTIONS, TERMS)(
            formdata=MultiDict(typed) if typed else None
        )
        if typed:
            form.validate()
        return form

    return make


def mine(**typed: str) -> Callable[[], Form]:
    """Make the form of « Mes choix », with an answer given before or as it was sent."""

    def make() -> Form:
        sent = MultiDict(typed) if typed else None
        form = with_agreements(AnswersForm, QUESTIONS, required=False)(formdata=sent, consent_news="yes")
        if typed:
            form.validate()
        return form

    return make
