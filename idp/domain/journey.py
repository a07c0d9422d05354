"""The steps between an app's request and its answer: which one is due next."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """Something a person has to do before an app gets a code."""

    REGISTRATION = "registration"
    EMAIL = "email"
    MAILBOX = "mailbox"
    NEW_PASSWORD = "new_password"
    SECOND_FACTOR = "second_factor"
    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    RENEWAL = "renewal"
    TERMS = "terms"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class FirstConnectionFacts:
    """How far a first connection has come.

    Attributes:
        email_given: an address was given.
        email_verified: the link mailed to it was confirmed.
        password_due: an own password must still be chosen.
        registration_due: a page of the registration is not filled in yet.
    """

    email_given: bool
    email_verified: bool
    password_due: bool
    registration_due: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the browser that brings a request.

    Attributes:
        signed_in: somebody is signed in, and recently enough for this request.
        second_factor_due: somebody has shown the first factor, recently enough, and not yet the second.
        first_connection: the first connection that is open in the browser, if there is one.
        step_up_due: the app insists on a second factor, which this sign-in was without.
        renewal_due: the password is to be renewed.
        terms_due: there is something to agree to, or to answer.
        consent_due: the person has not said yet that the app may have what it asks for.
    """

    signed_in: bool
    first_connection: FirstConnectionFacts | None = None
    step_up_due: bool = False
    second_factor_due: bool = False
    renewal_due: bool = False
    terms_due: bool = False
    consent_due: bool = False


def _registration_due(facts: Facts) -> bool:
    return facts.first_connection is not None and facts.first_connection.registration_due


def _email_due(facts: Facts) -> bool:
    return facts.first_connection is not None and not facts.first_connection.email_given


def _mailbox_due(facts: Facts) -> bool:
    return facts.first_connection is not None and not facts.first_connection.email_verified


def _new_password_due(facts: Facts) -> bool:
    return facts.first_connection is not None and facts.first_connection.password_due


def _second_factor_due(facts: Facts) -> bool:
    return facts.second_factor_due and not facts.signed_in


def _sign_in_due(facts: Facts) -> bool:
    return not facts.signed_in


def _step_up_due(facts: Facts) -> bool:
    return facts.step_up_due


def _renewal_due(facts: Facts) -> bool:
    return facts.renewal_due


def _terms_due(facts: Facts) -> bool:
    return facts.terms_due


def _consent_due(facts: Facts) -> bool:
    return facts.consent_due


STEPS: tuple[tuple[Step, Callable[[Facts], bool]], ...] = (
    (Step.REGISTRATION, _registration_due),
    (Step.EMAIL, _email_due),
    (Step.MAILBOX, _mailbox_due),
    (Step.NEW_PASSWORD, _new_password_due),
    (Step.SECOND_FACTOR, _second_factor_due),
    (Step.SIGN_IN, _sign_in_due),
    (Step.STEP_UP, _step_up_due),
    (Step.RENEWAL, _renewal_due),
    (Step.TERMS, _terms_due),
    (Step.CONSENT, _consent_due),
)


def next_step(facts: Facts) -> Step | None:
    """Find the first step that is due.

    Args:
        facts: what is known of the browser.

    Returns:
        the step, or None when an app may have its code.
    """
    return next((step for step, is_due in STEPS if is_due(facts)), None)
