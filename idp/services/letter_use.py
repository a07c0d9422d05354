"""The life of a letter's code once it is in somebody's hands."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import ColumnElement, and_, bindparam, select, update

from idp.domain.events import EventName
from idp.models import Base, ProvisionalPassword
from idp.services import audit
from idp.services.prepared import Prepared
from idp.services.work import Work

NO_LETTER = -1
LETTER = Base.metadata.tables["provisional_password"]


class Live(Protocol):
    """A letter whose code is still good: its id and the hash of the code."""

    id: int
    code_hash: str


def _good(landlord: object, now: object, attempts: object) -> ColumnElement[bool]:
    return and_(
        LETTER.c.landlord == landlord,
        LETTER.c.used_at.is_(None),
        LETTER.c.cancelled_at.is_(None),
        LETTER.c.expires_at > now,
        LETTER.c.failures < attempts,
    )


ITSELF = LETTER.c.id == bindparam("letter")
COUNT_TRY = Prepared(
    update(LETTER)
    .where(ITSELF, LETTER.c.failures < bindparam("attempts"))
    .values(failures=LETTER.c.failures + 1)
    .returning(LETTER.c.id)
)
LIVE = Prepared(
    select(LETTER.c.id, LETTER.c.code_hash)
    .where(
        LETTER.c.holder_id == bindparam("holder"),
        _good(bindparam("of_landlord"), bindparam("at"), bindparam("attempts")),
    )
    .order_by(LETTER.c.id.desc())
    .limit(1)
)
TAKE_BACK = Prepared(update(LETTER).where(ITSELF).values(failures=LETTER.c.failures - 1))


def good(work: Work) -> ColumnElement[bool]:
    """Say in SQL that a letter's code is still good: not used, cancelled, expired or burned."""
    return _good(work.landlord.slug, work.now, work.landlord.letters.attempts)


def live(work: Work, holder_id: int | None) -> Live | None:
    """Find the letter of a holder whose code is still good."""
    key = {"of_landlord": work.landlord.slug, "at": work.now, "attempts": work.landlord.letters.attempts}
    found: Live | None = LIVE.first(work.db, {"holder": NO_LETTER if holder_id is None else holder_id, **key})
    return found


def count_try(work: Work, letter_id: int | None) -> bool:
    """Count one try against a letter's code, before it is verified.

    Args:
        work: the transaction.
        letter_id: the letter; None for a try against something else, which takes the same statement.

    Returns:
        whether the code may still be verified.
    """
    which = NO_LETTER if letter_id is None else letter_id
    counted = COUNT_TRY.first(work.db, {"letter": which, "attempts": work.landlord.letters.attempts})
    return letter_id is None or counted is not None


def take_back_try(work: Work, letter_id: int | None) -> None:
    """Take back the try that turned out right."""
    if letter_id is not None:  # who is in by something else may take less time: they know already
        TAKE_BACK.run(work.db, {"letter": letter_id})


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
