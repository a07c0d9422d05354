"""The blueprint that the pages share."""

from flask import Blueprint

pages = Blueprint("account", __name__)
REFUSED = 422
GONE = 410
THEN = "account"
