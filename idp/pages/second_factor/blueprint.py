"""The blueprint that the pages share."""

from flask import Blueprint

pages = Blueprint("second_factor", __name__)
