"""The page of each step."""

from flask import url_for

from idp.domain.journey import Step
from idp.web.landlord import current_landlord

PAGES = {
    Step.SECOND_FACTOR: "second_factor.ask",
    Step.SIGN_IN: "sign_in.show",
    Step.STEP_UP: "second_factor.ask",
    Step.REGISTRATION: "registration.show",
    Step.EMAIL: "first_connection.email",
    Step.MAILBOX: "first_connection.mailbox",
    Step.NEW_PASSWORD: "first_connection.password",
    Step.RENEWAL: "renewal.show",
    Step.TERMS: "choices.terms",
    Step.CONSENT: "authorizations.ask",
}
AFTER = {
    "choices": "choices.show",
    "account": "account.show",
    "authorizations": "authorizations.show",
    "device": "device.confirm",
    "second_factor": "second_factor.begin",
    "support": "support.show",
}
"""Pages of ours that a sign-in may lead to where no app asks, by the name they have in the query."""


def address_of(step: Step, journey: str | None = None, *, language: str | None = None, create: bool = False) -> str:
    """Find the address of a step's page.

    Args:
        step: the step that is due.
        journey: reference of the journey the person is on.
        language: language to open the page in, where the app asks for one.
        create: whether somebody who has to sign in wants to open an account (`prompt=create`).
    """
    page = create_page() if create and step is Step.SIGN_IN else PAGES[step]
    return url_for(page, journey=journey, lang=language)


def create_page() -> str:
    """Name the page on which people of the present landlord open an account."""
    return "registration.show" if current_landlord().registration else "first_connection.prove"
