"""One try to sign in or to prove, in its three stages."""

from idp.domain.refusals import Refusal
from idp.models import Account, BrowserSession
from idp.services import attempt, contracts, login
from idp.services.attempt import Attempt, SecondFact
from idp.services.login import Outcome, Refused
from idp.web.current import commit, work
from idp.web.present import present_request

VERIFIED = "loge.verified"
"""Where a request keeps a try, and what was found of it, that was counted and verified before Flask saw it."""


def try_secret(identifier: str, secret: str, second_fact: SecondFact | None = None) -> Outcome:
    """Count the try, verify the secret while no transaction is open, and settle.

    Args:
        identifier: as typed.
        secret: as typed.
        second_fact: what was given beside it, where the page asked.
    """
    if is_verified():
        return login.settle(work(), *present_request().environ[VERIFIED])
    return _tried(attempt.reserve(work(), identifier, secret, second_fact))


def is_verified() -> bool:
    """Tell whether the try of this request was verified already: its form was judged then."""
    return VERIFIED in present_request().environ


def try_own_password(account: Account, secret: str) -> Outcome:
    """Try the password of somebody who is signed in, counted like any other try."""
    outcome = _tried(attempt.reserve_own(work(), account, secret))
    return Refused(Refusal.WRONG_PASSWORD) if outcome == Refused(Refusal.WRONG_CREDENTIALS) else outcome


def try_further_contract(
    session: BrowserSession, identifier: str, secret: str, second_fact: SecondFact | None
) -> Refusal | None:
    """Try the letter or former password of another contract, in the same stages, and add it to an account.

    Args:
        session: of the person who is signed in.
        identifier: of the other contract, as typed.
        secret: as typed.
        second_fact: what was given beside it, where the page asked.

    Returns:
        why not, or None.
    """
    counted = contracts.reserve(work(), identifier, secret, second_fact)
    commit()
    verdict = attempt.verify(work().vault, counted)
    return contracts.settle(work(), session, counted, verdict)


def _tried(counted: Attempt) -> Outcome:
    commit()
    verdict = attempt.verify(work().vault, counted)
    return login.settle(work(), counted, verdict)
