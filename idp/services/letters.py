"""Issues letters: the provisional passwords that open first connections.

Choosing the recipients and storing their codes are short; hashing the codes in between is not, and holds no
transaction open while people sign in.
"""

import os
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from sqlalchemy import ColumnElement, exists, insert, select

from idp.domain.events import EventName
from idp.domain.identifiers import canonical
from idp.domain.letters import COUNT, acceptable, code_of
from idp.models import Holder, PrintRun, ProvisionalPassword
from idp.services import audit, letter_use, people
from idp.services.batches import batches
from idp.services.vault import Vault
from idp.services.work import Work

BATCH = 1000
ONE_DAY = timedelta(days=1)

Draw = Callable[[int], int]
Progress = Callable[[int, int], None]
"""Told how many codes are made, and how many there are to make."""


class NoLetter(Enum):
    """Why a named holder gets no letter; the value is the sentence."""

    UNKNOWN = "the registry has no holder with this identifier"
    GONE = "this holder has left, or their contract has ended"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A holder who is to get a letter."""

    holder_id: int
    identifier: str
    last_name: str
    first_name: str
    birth_date: date | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A recipient and the code drawn for them, not stored yet."""

    recipient: Recipient
    code: str
    code_hash: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What one letter says.

    Attributes:
        identifier: what the holder types.
        code: the provisional password; nowhere else is it readable.
        last_name: of the holder.
        first_name: of the holder.
        expires_on: last day on which the code is good from morning to night.
    """

    identifier: str
    code: str
    last_name: str
    first_name: str
    expires_on: date


def recipients(work: Work, typed: str | None = None) -> list[Recipient] | NoLetter:
    """Choose who gets a letter.

    Args:
        work: the landlord.
        typed: identifier of one holder, who gets a letter even beside another one, a former password or an account:
            a letter is the stronger proof and opens an account anew. None chooses everybody who has none of these.

    Returns:
        the recipients; or why the named holder gets none.
    """
    if typed is None:
        return _found(work, *_without_a_way_in(work))
    identifier = canonical(work.landlord.sign_in.identifier, typed)
    if identifier is None:
        return NoLetter.UNKNOWN
    found = _found(work, Holder.identifier == identifier)
    if found:
        return found
    known = exists().where(Holder.landlord == work.landlord.slug, Holder.identifier == identifier)
    return NoLetter.GONE if work.db.scalar(select(known)) else NoLetter.UNKNOWN


def draw(
    vault: Vault, chosen: Sequence[Recipient], progress: Progress | None = None, number: Draw = secrets.randbelow
) -> list[Drawn]:
    """Draw and hash a code for each recipient, on all processors.

    Args:
        vault: hashes the codes.
        chosen: the recipients.
        progress: told about the advance from time to time.
        number: draws a number below its argument.
    """

    def make(recipient: Recipient) -> Drawn:
        code = _code_for(recipient, number)
        return Drawn(recipient, code, vault.hash_password(code, here=True))

    drawn: list[Drawn] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for batch in batches(chosen, 100):
            drawn += pool.map(make, batch)
            if progress:
                progress(len(drawn), len(chosen))
    return drawn


def issue(work: Work, drawn: Sequence[Drawn], issued_by: str, typed: str | None = None) -> list[Letter]:
    """Store drawn codes; an earlier letter to the same holder is good no more.

    Args:
        work: the transaction.
        drawn: recipients and codes.
        issued_by: who answers for it.
        typed: as it was given to `recipients`.

    Returns:
        the letters; none for those who found a way in, got a letter or left since they were chosen.
    """
    chosen = recipients(work, typed)
    due = set() if isinstance(chosen, NoLetter) else {recipient.holder_id for recipient in chosen}
    kept = [one for one in drawn if one.recipient.holder_id in due]
    if not kept:
        return []
    expires_at = work.now + work.landlord.letters.valid_for
    _store(work, kept, issued_by, expires_at)
    last_day = max(work.now, expires_at - ONE_DAY).date()
    return [_letter(one.recipient, one.code, last_day) for one in kept]


def _store(work: Work, drawn: Sequence[Drawn], issued_by: str, expires_at: datetime) -> None:
    run = PrintRun(landlord=work.landlord.slug, issued_at=work.now, issued_by=issued_by, letters=len(drawn))
    work.db.add(run)
    work.db.flush()
    for batch in batches(drawn, BATCH):
        letter_use.cancel_live(work, [one.recipient.holder_id for one in batch])
        rows = [
            {
                "landlord": work.landlord.slug,
                "holder_id": one.recipient.holder_id,
                "print_run_id": run.id,
                "code_hash": one.code_hash,
                "issued_at": work.now,
                "expires_at": expires_at,
                "failures": 0,
            }
            for one in batch
        ]
        work.db.execute(insert(ProvisionalPassword), rows)
    audit.record(work, EventName.LETTERS_ISSUED, print_run=run.id, letters=len(drawn))


def _letter(recipient: Recipient, code: str, last_day: date) -> Letter:
    return Letter(recipient.identifier, code, recipient.last_name, recipient.first_name, last_day)


def _code_for(recipient: Recipient, number: Draw) -> str:
    while True:
        code = code_of(number(COUNT))
        if acceptable(code, recipient.birth_date, recipient.identifier):
            return code


def _without_a_way_in(work: Work) -> tuple[ColumnElement[bool], ...]:
    return (
        Holder.legacy_hash.is_(None),
        people.without_account(),
        ~exists().where(ProvisionalPassword.holder_id == Holder.id, letter_use.good(work)),
    )


def _found(work: Work, *conditions: ColumnElement[bool]) -> list[Recipient]:
    query = (
        select(Holder.id, Holder.identifier, Holder.last_name, Holder.first_name, Holder.birth_date)
        .where(Holder.landlord == work.landlord.slug, people.still_there(work), *conditions)
        .order_by(Holder.id)
    )
    return [Recipient(*row) for row in work.db.execute(query)]
