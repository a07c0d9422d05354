"""The blueprint and the form that the two pages share."""

from flask import Blueprint

from idp.web.forms import Form

pages = Blueprint("choices", __name__)


class AnswersForm(Form):
    """The fields are those of what the landlord asks."""
