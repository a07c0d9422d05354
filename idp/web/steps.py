"""The page of each step."""

from flask import url_for

from idp.domain.journey import Step

PAGES = {
    Step.SIGN_IN: "sign_in.show",
    Step.EMAIL: "first_connection.email",
    Step.MAILBOX: "first_connection.mailbox",
    Step.NEW_PASSWORD: "first_connection.password",
}


CREATE = "first_connection.prove"


def address_of(step: Step, journey: str | None = None, *, language: str | None = None, create: bool = False) -> str:
    """Find the address of a step's page.

    Args:
        step: the step that is due.
        journey: reference of the journey the person is on.
        language: language to open the page in, where the app asks for one.
        create: whether somebody who has to sign in wants to open an account (`prompt=create`).
    """
    page = CREATE if create and step is Step.SIGN_IN else PAGES[step]
    return url_for(page, journey=journey, lang=language)
