"""The blueprint that the pages share."""

from flask import Blueprint

pages = Blueprint("account", __name__)
THEN = "account"
