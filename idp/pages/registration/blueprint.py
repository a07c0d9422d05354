"""The blueprint of the registration; its pages exist for landlords with a recipe only."""

from flask import Blueprint, abort

from idp.web.landlord import current_landlord

pages = Blueprint("registration", __name__)


@pages.before_request
def landlord_has_a_recipe() -> None:
    """Let the pages of a landlord without recipe not exist."""
    if current_landlord().registration is None:
        abort(404)
