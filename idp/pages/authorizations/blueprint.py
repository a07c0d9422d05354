"""The blueprint that the pages share."""

from flask import Blueprint

pages = Blueprint("authorizations", __name__)
