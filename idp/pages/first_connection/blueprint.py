"""The blueprint that the views of the first connection share, and the step each of them asserts."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import Blueprint

from idp.domain.journey import Step
from idp.models import FirstConnection
from idp.web import go_on
from idp.web.answers import Answer
from idp.web.browser_session import current_first_connection
from idp.web.landlord import current_landlord
from idp.web.steps import PAGES

P = ParamSpec("P")

pages = Blueprint("first_connection", __name__)


def with_first_connection(view: Callable[Concatenate[FirstConnection, P], Answer]) -> Callable[P, Answer]:
    """Give a view the first connection of the browser; who has none, or pages to fill in, goes there first."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> Answer:
        first = current_first_connection()
        if first is None:
            return go_on.to_page(_beginning())
        if go_on.step_of(first) is Step.REGISTRATION:
            return go_on.to_page(PAGES[Step.REGISTRATION])
        return view(first, *args, **kwargs)

    return wrapped


def _beginning() -> str:
    """Name the page to go to without a first connection: it is over, or was never begun here."""
    return "sign_in.show" if current_landlord().registration else "first_connection.prove"
