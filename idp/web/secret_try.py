"""One try to sign in or to prove, in its three stages."""

from idp.services import attempt, login
from idp.services.attempt import SecondFact
from idp.services.login import Outcome
from idp.web.current import commit, work


def try_secret(identifier: str, secret: str, second_fact: SecondFact | None = None) -> Outcome:
    """Count the try, verify the secret while no transaction is open, and settle.

    Args:
        identifier: as typed.
        secret: as typed.
        second_fact: what was given beside it, where the page asked.
    """
    counted = attempt.reserve(work(), identifier, secret, second_fact)
    commit()
    verdict = attempt.verify(work().vault, counted)
    return login.settle(work(), counted, verdict)
