"""The page of each step."""

from flask import url_for

from idp.domain.journey import Step

PAGES = {
    Step.SIGN_IN: "sign_in.show",
    Step.EMAIL: "first_connection.email",
    Step.MAILBOX: "first_connection.mailbox",
    Step.NEW_PASSWORD: "first_connection.password",
}


def address_of(step: Step, journey: str | None = None) -> str:
    """Find the address of a step's page.

    Args:
        step: the step that is due.
        journey: reference of the journey the person is on.
    """
    return url_for(PAGES[step], journey=journey)
