"""The blueprint and the form that the pages share."""

from flask import Blueprint

from idp.web.forms import Form

pages = Blueprint("authorizations", __name__)


class OneButtonForm(Form):
    """One button, and nothing to fill in."""
