"""A try to sign in or to prove: counted first, verified afterwards.

The edge commits between counting and verifying: no lock is held while a password is hashed, and tries made at
the same time cannot outrun the ladder.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from idp.domain import names, provisional
from idp.domain.refusals import Refusal
from idp.models import Account
from idp.services import breaker, decoy, devices, legacy, letter_use, lockout, people
from idp.services.people import Claimant, ClaimedAccount, ClaimedHolder
from idp.services.vault import Vault
from idp.services.work import Work


class Kind(StrEnum):
    """What kind of secret an attempt is checked against."""

    PASSWORD = "password"
    LETTER = "letter"
    LEGACY = "legacy"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class SecondFact:
    """What somebody gave beside the code: the one of the two that the landlord asks for."""

    birth_date: date | None = None
    last_name: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that has been counted and waits to be verified.

    Attributes:
        person: who somebody claims to be.
        kind: what the secret is checked against.
        hashed: the hash it is checked against; none where there is nothing to check.
        secret: what was typed, in the form that was hashed.
        former: a former-password hash: the person's own for `Kind.LEGACY`, else one to spend its time on.
        counted: the subjects whose tries it adds to, unless it is refused.
        letter_id: the letter it was counted for.
        refusal: why it leads nowhere whatever the secret; verifying it then only takes the usual time.
    """

    person: Claimant
    kind: Kind
    hashed: str | None
    secret: str
    former: str | None = None
    counted: tuple[lockout.Subject, ...] = ()
    letter_id: int | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What hashing found: whether the secret is right, and its new hash where the stored one is outdated."""

    right: bool
    rehashed: str | None = None


def reserve(work: Work, identifier: str, secret: str, second_fact: SecondFact | None = None) -> Attempt:
    """Count a try and find what its secret is to be checked against.

    Args:
        work: the transaction; commit it before `verify`.
        identifier: as typed.
        secret: own password, code of a letter or former password, as typed.
        second_fact: what was given beside it, where the page asked.

    Returns:
        the counted try, for known and unknown people alike.
    """
    person = people.claimant(work, identifier)
    attempt = _aim(work, person, secret)
    return _counted(work, attempt, _second_fact_refusal(work, attempt, second_fact))


def reserve_own(work: Work, account: Account, secret: str) -> Attempt:
    """Count a try of somebody who is signed in at their own password, as `reserve` does."""
    hashed = account.password.hash if account.password else None
    own = ClaimedAccount(account.id, account.sub, account.email, account.locale, hashed)
    person = Claimant(f"account:{account.id}", own, None)
    return _counted(work, Attempt(person, Kind.PASSWORD, hashed, secret), None)


def _counted(work: Work, attempt: Attempt, refusal: Refusal | None) -> Attempt:
    """Count a try unless it is refused or something that it counts for is closed."""
    subjects = _subjects(work, attempt.person)
    if refusal is None and not lockout.reserve(work, subjects):
        refusal = Refusal.CLOSED
    if refusal is not None:
        attempt = replace(attempt, refusal=refusal, hashed=None, kind=Kind.NOTHING, letter_id=None)
    if not letter_use.count_try(work, attempt.letter_id):
        attempt = replace(attempt, hashed=None)
    return replace(attempt, counted=subjects)


def verify(vault: Vault, attempt: Attempt) -> Verdict:
    """Hash and compare; nothing is read or written meanwhile, and the time tells nothing about the person."""
    right = vault.verify_password(attempt.hashed, attempt.secret)
    if attempt.former is not None:
        former_right = legacy.verify(attempt.former, attempt.secret)
        right = former_right if attempt.kind is Kind.LEGACY else right
    outdated = attempt.kind is Kind.LEGACY or (attempt.hashed is not None and vault.needs_rehash(attempt.hashed))
    return Verdict(right, vault.hash_password(attempt.secret) if right and outdated else None)


def _aim(work: Work, person: Claimant, secret: str) -> Attempt:
    """Choose what the secret is checked against: a live letter for six digits, else what the person has."""
    former = decoy.former_password(work, person.subject)
    code = provisional.typed_code(secret)
    letter = letter_use.live(work, person.holder.id if person.holder else None)
    if code is not None and letter is not None:
        return Attempt(person, Kind.LETTER, letter.code_hash, code, former, letter_id=letter.id)
    if person.account is not None:
        return Attempt(person, Kind.PASSWORD, person.account.password_hash, secret, former)
    if person.holder is not None and person.holder.legacy_hash is not None:
        return Attempt(person, Kind.LEGACY, None, secret, person.holder.legacy_hash)
    return Attempt(person, Kind.NOTHING, None, secret, former)


def _second_fact_refusal(work: Work, attempt: Attempt, given: SecondFact | None) -> Refusal | None:
    """Ask for the second fact beside every six digits while the breaker is tripped, known reference or not."""
    if provisional.typed_code(attempt.secret) is None or not breaker.is_tripped(work):
        return None
    if given is None:
        return Refusal.SECOND_FACT_NEEDED
    return None if _fits(attempt.person.holder, given) else Refusal.WRONG_CREDENTIALS


def _fits(holder: ClaimedHolder | None, given: SecondFact) -> bool:
    if holder is None:
        return False
    if given.birth_date is not None:
        return holder.birth_date == given.birth_date
    return given.last_name is not None and names.same(holder.last_name, given.last_name)


def _subjects(work: Work, person: Claimant) -> tuple[lockout.Subject, ...]:
    """Choose the counters: the person's own, and the network's."""
    own = devices.counter(work, person.account.id) if person.account else lockout.person(work, person.subject)
    return (own, lockout.network(work))
