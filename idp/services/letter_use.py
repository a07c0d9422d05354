"""The life of a letter's code once it is in somebody's hands."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select, update

from idp.domain.events import EventName
from idp.models import ProvisionalPassword
from idp.services import audit
from idp.services.work import Work

NO_LETTER = -1


def good(work: Work) -> ColumnElement[bool]:
    """Say in SQL that a letter's code is still good: not used, cancelled, expired or burned."""
    return and_(
        ProvisionalPassword.landlord == work.landlord.slug,
        ProvisionalPassword.used_at.is_(None),
        ProvisionalPassword.cancelled_at.is_(None),
        ProvisionalPassword.expires_at > work.now,
        ProvisionalPassword.failures < work.landlord.letters.attempts,
    )


def live(work: Work, holder_id: int | None) -> ProvisionalPassword | None:
    """Find the letter of a holder whose code is still good."""
    return work.db.scalar(
        select(ProvisionalPassword)
        .where(ProvisionalPassword.holder_id == (NO_LETTER if holder_id is None else holder_id), good(work))
        .order_by(ProvisionalPassword.id.desc())
        .limit(1)
    )


def count_try(work: Work, letter_id: int | None) -> bool:
    """Count one try against a letter's code, before it is verified.

    Args:
        work: the transaction.
        letter_id: the letter; None for a try against something else, which takes the same statement.

    Returns:
        whether the code may still be verified.
    """
    counted = work.db.execute(
        update(ProvisionalPassword)
        .where(
            ProvisionalPassword.id == (NO_LETTER if letter_id is None else letter_id),
            ProvisionalPassword.failures < work.landlord.letters.attempts,
        )
        .values(failures=ProvisionalPassword.failures + 1)
        .returning(ProvisionalPassword.id)
    ).first()
    return letter_id is None or counted is not None


def take_back_try(work: Work, letter_id: int | None) -> None:
    """Take back the try that turned out right."""
    work.db.execute(
        update(ProvisionalPassword)
        .where(ProvisionalPassword.id == (NO_LETTER if letter_id is None else letter_id))
        .values(failures=ProvisionalPassword.failures - 1)
    )


def note_burned(work: Work, letter_id: int | None) -> None:
    """Record that the last wrong try has burned a letter, if it has."""
    letter = work.db.get(ProvisionalPassword, NO_LETTER if letter_id is None else letter_id)
    if letter is not None and letter.failures >= work.landlord.letters.attempts:
        audit.record(work, EventName.LETTER_BURNED, holder_id=letter.holder_id)


def use_up(work: Work, letter_id: int) -> bool:
    """Use up a letter's code, once.

    Returns:
        whether this call did; a code used or cancelled before is not good any more.
    """
    used = work.db.execute(
        update(ProvisionalPassword)
        .where(
            ProvisionalPassword.id == letter_id,
            ProvisionalPassword.used_at.is_(None),
            ProvisionalPassword.cancelled_at.is_(None),
        )
        .values(used_at=work.now)
        .returning(ProvisionalPassword.holder_id)
    ).first()
    if used is None:
        return False
    audit.record(work, EventName.LETTER_USED, holder_id=used.holder_id)
    return True


def cancel_live(work: Work, holder_ids: Sequence[int]) -> None:
    """Cancel the letters of holders who found another way in, or get another letter."""
    work.db.execute(
        update(ProvisionalPassword)
        .where(
            ProvisionalPassword.holder_id.in_(holder_ids),
            ProvisionalPassword.used_at.is_(None),
            ProvisionalPassword.cancelled_at.is_(None),
        )
        .values(cancelled_at=work.now)
    )
