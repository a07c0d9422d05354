"""The form of one page of the registration, made of the parts that stand on it."""

from collections.abc import Sequence
from typing import Any

from wtforms import StringField, ValidationError

from idp.domain.captchas import Place
from idp.domain.identifiers import canonical_email
from idp.models import Holder
from idp.services import consents
from idp.settings.registration import Part
from idp.web.agreement_fields import with_agreements
from idp.web.captchas import CaptchaField
from idp.web.current import work
from idp.web.email_field import email_field
from idp.web.forms import Form
from idp.web.password_form import confirmation_field, new_password_field
from idp.web.proof_fields import proof_fields
from idp.web.words import _l


def page_form(parts: Sequence[Part], holders: Sequence[Holder], answered: Sequence[str] = ()) -> Form:
    """Make the form of a page.

    Args:
        parts: what is asked on it.
        holders: whom it is about; nobody before the proof, and then only the questions without condition are asked.
        answered: names of the questions that were answered before.
    """
    landlord = work().landlord
    fields: dict[str, Any] = {}
    if "proof" in parts:
        fields |= proof_fields(landlord)
    if "email" in parts:
        fields |= _email_fields(twice=bool(landlord.registration and landlord.registration.email_twice))
    if "password" in parts:
        fields |= {"password": new_password_field(), "confirmation": confirmation_field()}
    asked = consents.due(work(), holders) if "consents" in parts else []
    questions = [question for question in asked if question.name not in answered]
    made: type[Form] = type("RegistrationForm", (Form,), fields)
    agreed = with_agreements(made, questions, landlord.terms if "terms" in parts else None)
    place = Place.PROOF if "proof" in parts else Place.REGISTRATION
    complete: type[Form] = type("RegistrationForm", (agreed,), {"captcha": CaptchaField(place)})
    return complete()


def _email_fields(*, twice: bool) -> dict[str, Any]:
    fields = {"email": email_field(_l("E-mail"))}
    if twice:
        fields["email_again"] = email_field(_l("The same e-mail again"), same_address, autocomplete="off")
    return fields


def same_address(form: Form, field: StringField) -> None:
    """Refuse two different addresses."""
    if canonical_email(field.data or "") != canonical_email(form["email"].data or ""):
        raise ValidationError(_l("The two addresses are different. Type the same address twice."))
