"""The forms of a support access: an answer, and an end."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from wtforms import HiddenField, RadioField, SubmitField, ValidationError
from wtforms.validators import InputRequired, Length

from idp.web.forms import Form, storable
from idp.web.words import _l

REFERENCE_LIMIT = 20
NO_DURATION = _l("Choose for how long.")
BOUNDS: Any = [InputRequired(NO_DURATION)]


class EndForm(Form):
    """Which access is meant, and one button."""

    reference = HiddenField(validators=[Length(max=REFERENCE_LIMIT), storable])


class AnswerForm(EndForm):
    """Yes, for how long, or no."""

    duration = RadioField(_l("For how long?"), BOUNDS, validate_choice=False)
    accept = SubmitField(_l("Allow to look"))
    refuse = SubmitField(_l("Refuse"))

    def __init__(self, durations: Sequence[timedelta], **values: object) -> None:
        """Offer the landlord's durations; the first is chosen beforehand."""
        choices: Any = [str(duration // timedelta(seconds=1)) for duration in durations]
        Form.__init__(self, duration=choices[0], **values)
        self.duration.choices = choices

    def validate_duration(self, field: RadioField) -> None:
        """Take none but the durations that are offered."""
        if field.data not in (self.duration.choices or []):
            raise ValidationError(NO_DURATION)

    def chosen(self) -> timedelta:
        """Return for how long."""
        return timedelta(seconds=int(self.duration.data))
