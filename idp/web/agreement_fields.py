"""The fields of what people agree to, for any page that asks for it; `parts/agreements.html` shows them."""

from collections.abc import Iterable
from typing import Any, TypeVar

from wtforms import BooleanField, RadioField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Optional

from idp.settings.agreements import TERMS, Consent, Terms
from idp.web.forms import Form
from idp.web.texts import said
from idp.web.words import _l

AnyForm = TypeVar("AnyForm", bound=Form)
YES, NO = "yes", "no"
CHOICES: Any = [YES, NO]  # plain texts, of which the types of WTForms know nothing yet
PREFIX = "consent_"
MISSING = _l("Choose “Yes” or “No”.")


class ConsentField(RadioField):
    """One question: yes or no, and nothing until the person chooses."""

    def __init__(self, question: Consent, *, required: bool = True, **options: Any) -> None:
        """Ask a question of the configuration."""
        self.question = question
        checks = [InputRequired(MISSING) if required else Optional(), AnyOf((YES, NO), MISSING)]
        super().__init__(said(question.question), checks, choices=CHOICES, validate_choice=False, **options)


class TermsField(BooleanField):
    """A box to tick. Its value is the version of the terms: what was shown is what is accepted."""

    def __init__(self, terms: Terms, **options: Any) -> None:
        """Ask to accept the general terms."""
        self.terms = terms
        missing = _l("Tick the box to accept the general terms.")
        super().__init__(_l("I accept the general terms"), [DataRequired(missing)], **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take a tick for the version it stands for, and for no other."""
        self.data = self.terms.version in valuelist

    def _value(self) -> str:
        return self.terms.version


def with_agreements(
    form: type[AnyForm], questions: Iterable[Consent], terms: Terms | None = None, *, required: bool = True
) -> type[AnyForm]:
    """Add the fields of what people agree to, to a form.

    Args:
        form: what the page asks besides.
        questions: the questions, each a field `consent_<name>`.
        terms: the general terms, as the field `terms`, where they are to be accepted.
        required: whether each question must be answered.

    Returns:
        a form class for this request.
    """
    fields: dict[str, Any] = {
        f"{PREFIX}{question.name}": ConsentField(question, required=required) for question in questions
    }
    if terms is not None:
        fields[TERMS] = TermsField(terms)
    return type(form.__name__, (form,), fields)


def answers_of(form: Form) -> dict[str, bool]:
    """Read the answers of a form that `with_agreements` made and that is valid."""
    return {item.question.name: item.data == YES for item in form if isinstance(item, ConsentField) and item.data}


def accepted_version(form: Form) -> str | None:
    """Read which version of the terms was accepted in a form that `with_agreements` made and that is valid."""
    return next((item.terms.version for item in form if isinstance(item, TermsField) and item.data), None)
