"""Six digits that machines find harder to read than people: made, shown, mailed, used up once."""

import hmac
import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select, update

from idp.domain.captchas import MAILED_FOR, SHOWN_FOR, TRIES, Fault, Place
from idp.domain.provisional import DIGITS, typed_code
from idp.models import Captcha
from idp.services import devices, lockout, people, registration
from idp.services.vault import digest, new_secret
from idp.services.work import Work


def is_due(work: Work, place: Place, typed: str = "") -> bool:
    """Tell whether a form asks for the digits.

    It depends on counters in the database only: neither another page nor another browser changes the answer.

    Args:
        work: the transaction.
        place: the form.
        typed: the identifier that was typed there, if any; whoever it names, known or not, has a counter too.
    """
    when: str = getattr(work.landlord.captcha, place)
    if when != "after_failures":
        return when == "always"
    subjects = [lockout.network(work)] + (_of_person(work, typed) if typed else [])
    tries = [lockout.tries_so_far(work, subject) for subject in subjects]
    return max(tries) >= work.landlord.captcha.failures


def make(work: Work, place: Place) -> str:
    """Make digits for the present browser and one form.

    Returns:
        their reference, 43 characters; it names them in addresses and forms and tells nothing.
    """
    return _store(work, place, SHOWN_FOR, draw(), mailed=False)


def make_to_mail(work: Work, place: Place) -> tuple[str, str]:
    """Make digits that are mailed instead of shown.

    Returns:
        their reference and the digits.
    """
    digits = draw()
    return _store(work, place, MAILED_FOR, digits, mailed=True), digits


def find(work: Work, place: Place, reference: str) -> Captcha | None:
    """Find the digits that can still be answered, here and in this browser."""
    mine = and_(_live(work, reference), Captcha.form == place)
    return work.db.scalar(select(Captcha).where(mine))


def shown(work: Work, reference: str) -> str | None:
    """Read the digits for their picture or their recording; those that were mailed are not shown."""
    mine = and_(_live(work, reference), Captcha.mailed.is_(False))
    sealed = work.db.scalar(select(Captcha.sealed).where(mine))
    return None if sealed is None else work.vault.unseal(sealed, _row(digest(reference)))


def use(work: Work, place: Place, reference: str, typed: str) -> Fault | None:
    """Try an answer: counted first, compared under the lock that counting takes, used up when right.

    Args:
        work: the transaction.
        place: the form it was typed into.
        reference: which digits it answers.
        typed: as typed; spaces and full-width digits are forgiven.

    Returns:
        what is wrong with it; None for nothing, and then this call used it up.
    """
    mine = and_(_live(work, reference), Captcha.form == place)
    counted = update(Captcha).where(mine).values(tries=Captcha.tries + 1).returning(Captcha.id, Captcha.sealed)
    row = work.db.execute(counted).first()
    if row is None:
        return Fault.OVER
    digits = work.vault.unseal(row.sealed, _row(digest(reference)))
    if not hmac.compare_digest(digits, typed_code(typed) or ""):
        return Fault.WRONG
    used = update(Captcha).where(Captcha.id == row.id, Captcha.used_at.is_(None)).values(used_at=work.now)
    return None if work.db.execute(used.returning(Captcha.id)).first() else Fault.OVER


def draw() -> str:
    """Draw six digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def _store(work: Work, place: Place, valid_for: timedelta, digits: str, *, mailed: bool) -> str:
    reference = new_secret()
    work.db.add(
        Captcha(
            landlord=work.landlord.slug,
            reference_hash=digest(reference),
            form=place,
            browser_hash=digest(work.origin.browser),
            sealed=work.vault.seal(digits, _row(digest(reference))),
            mailed=mailed,
            tries=0,
            expires_at=work.now + valid_for,
        )
    )
    work.db.flush()
    return reference


def _live(work: Work, reference: str) -> ColumnElement[bool]:
    return and_(
        Captcha.landlord == work.landlord.slug,
        Captcha.reference_hash == digest(reference),
        Captcha.browser_hash == digest(work.origin.browser),
        Captcha.used_at.is_(None),
        Captcha.tries < TRIES,
        Captcha.expires_at > work.now,
    )


def _row(reference_hash: str) -> str:
    return f"captcha:{reference_hash}"


def _of_person(work: Work, typed: str) -> list[lockout.Subject]:
    """Choose the counters of whoever is named: for passwords the browser's own where their account knows it."""
    person = people.claimant(work, typed)
    known = devices.known(work, person.account.id) if person.account else None
    own = (
        lockout.device(work, person.account.id, known)
        if person.account and known
        else lockout.person(work, person.subject)
    )
    return [own, lockout.proof(work, registration.reference_of(work, typed))]
