"""A date typed in three fields."""

from datetime import date

from wtforms import StringField
from wtforms.form import Form as PlainForm
from wtforms.validators import Optional

from idp.web.words import _l


class BirthDate(PlainForm):
    """A date of birth typed in three fields."""

    day = StringField(_l("Day"), [Optional()], render_kw={"inputmode": "numeric", "autocomplete": "bday-day"})
    month = StringField(_l("Month"), [Optional()], render_kw={"inputmode": "numeric", "autocomplete": "bday-month"})
    year = StringField(_l("Year"), [Optional()], render_kw={"inputmode": "numeric", "autocomplete": "bday-year"})

    def value(self) -> date | None:
        """Return the date, or None where the three fields make none."""
        parts = [(part.data or "").strip() for part in (self.year, self.month, self.day)]
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            return None
        try:
            return date(*(int(part) for part in parts))
        except ValueError:
            return None
