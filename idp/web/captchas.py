"""The six digits on a form: whether they are asked for, another picture, a code by mail, the answer."""

from typing import Any

from flask import request
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from idp.domain.captchas import Fault, Place
from idp.services import captchas, mailed_codes
from idp.web.current import begin_writing, work
from idp.web.forms import Form, storable
from idp.web.sentences import sentence
from idp.web.words import _l

REFERENCE = "captcha_reference"
ACTION = "captcha_action"
MOST_TYPED = 50
ATTRIBUTES = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "enterkeyhint": "go"}


class CaptchaField(StringField):
    """The field for the digits; the last one of its form.

    Attributes:
        place: which form it stands on.
        due: whether the digits are asked for; if not, the field is neither shown nor looked at.
        reference: which digits are asked for.
        mailed: whether they are in a mail instead of a picture.
    """

    def __init__(self, place: Place, **bound: Any) -> None:
        bounded = Length(max=MOST_TYPED, message=_l("This is too long."))
        checks = [InputRequired(_l("Type the six digits.")), bounded, storable]
        super().__init__(_l("The six digits"), checks, render_kw=ATTRIBUTES, **bound)
        self.place = place
        self.due = self.mailed = False
        self.reference = ""

    def process(self, formdata: Any, *more: Any, **named: Any) -> None:
        """Take the digits and their reference from what was sent."""
        super().process(formdata, *more, **named)
        self.reference = formdata.get(REFERENCE, "") if formdata else ""

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Look whether something was typed, where it had to be."""
        return not self.due or super().validate(form, extra_validators)


def others_wanted() -> bool:
    """Tell whether a form was sent for other digits only, and nothing in it is to be judged yet."""
    return ACTION in request.form


def accepted(form: Form, typed: str | None = "", *, well: bool = True) -> bool:
    """Judge a form that was sent, together with its digits where they are due.

    The digits are looked at when everything else is well, so that nobody has to read them twice because of a slip
    elsewhere. Who asks for another picture or a code by mail sends the form too; it is then shown again.

    Args:
        form: the form, filled from the request.
        typed: the identifier that was typed into it, where it asks for one.
        well: whether all that the fields do not judge themselves is well.

    Returns:
        whether to go on; if not, `attach` the digits and show the form again, with status 422.
    """
    field = _field(form)
    field.due = captchas.is_due(work(), field.place, typed or "")
    if others_wanted():
        _give_other_digits(field, request.form[ACTION], typed or "")
        return False
    if not (form.validate() and well):
        return False
    fault = captchas.use(work(), field.place, field.reference, field.data or "") if field.due else None
    if fault is not None:
        field.errors = [sentence(fault)]
    return fault is None


def attach(form: Form, typed: str | None = "") -> None:
    """Give a form that is about to be shown the digits it asks for, if they are due.

    Digits that can still be answered stay; what was typed stays with them.

    Args:
        form: the form.
        typed: the identifier that was typed into it, where it asks for one.
    """
    field = _field(form)
    field.due = field.due or captchas.is_due(work(), field.place, typed or "")
    if not field.due:
        return
    found = captchas.find(work(), field.place, field.reference) if field.reference else None
    if found is None:
        field.reference, field.data = captchas.make(begin_writing(), field.place), ""
    field.mailed = found is not None and found.mailed


def _field(form: Form) -> CaptchaField:
    found = form["captcha"]
    assert isinstance(found, CaptchaField)
    return found


def _give_other_digits(field: CaptchaField, asked: str, typed: str) -> None:
    field.data = ""
    if asked != "mail":
        field.reference = ""
    elif not typed.strip():
        field.errors = [sentence(Fault.NOBODY_NAMED)]
    elif field.due:
        field.reference = mailed_codes.send(work(), field.place, typed)
