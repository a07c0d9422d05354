"""Counts wrong tries where neither a restart nor another page nor another spelling escapes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from sqlalchemy import bindparam, delete, select

from idp.domain import ladder
from idp.domain.ladder import Count, Limit, Tries
from idp.models import Base, FailureCounter
from idp.services.prepared import Prepared
from idp.services.upsert import Upsert, numbered
from idp.services.work import Work

COUNTER = Base.metadata.tables["failure_counter"]
UNIQUE = ("landlord", "subject")
FRESH = ("count", "total", "window_started_at")
COUNT = (*FRESH, "closed_until")
ITS = (COUNTER.c.landlord == bindparam("of_landlord"), COUNTER.c.subject == bindparam("of_subject"))
READ = Prepared(select(*[COUNTER.c[name] for name in COUNT]).where(*ITS))
CLEAR = Prepared(delete(COUNTER).where(*ITS))


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody or something whose wrong tries are counted: `account:7`, `unknown:<mac>`, `network:<net>`."""

    name: str
    rule: Tries


Counted = Sequence[tuple[Subject, Count]]
FOR_GOOD = Limit(tries=1, window=timedelta(days=1), closed_for=timedelta(), lifetime=1)
"""Closed by one try, until somebody opens it."""


def person(work: Work, name: str) -> Subject:
    """Count for one account, holder or unknown reference, all browsers together."""
    return Subject(name, work.landlord.ladder.person)


def device(work: Work, account_id: int, device_hash: str) -> Subject:
    """Count for one account in a browser that has signed in to it before."""
    return Subject(f"device:{account_id}:{device_hash}", work.landlord.ladder.device)


def network(work: Work) -> Subject:
    """Count for the caller's network."""
    return Subject(f"network:{work.origin.network}", work.landlord.ladder.network)


def proof(work: Work, reference: str) -> Subject:
    """Count the failed proofs of one reference, known or not.

    Args:
        work: the landlord.
        reference: its canonical form, or what was typed where it has none.
    """
    return Subject(f"proof:{work.vault.mac('proof', reference)}", work.landlord.ladder.proof)


def held(work: Work, reference: str) -> Subject:
    """Note that the staff must lift the block of a reference without account."""
    return Subject(f"held:{work.vault.mac('proof', reference)}", FOR_GOOD)


def reserve(work: Work, subjects: Sequence[Subject]) -> bool:
    """Count one try for each subject, unless one of them is closed.

    Args:
        work: the transaction; commit it before the secret is verified.
        subjects: always in the same order, so that two tries at once cannot block each other.

    Returns:
        whether the try may go on; when not, nothing was counted.
    """
    counts = _locked(work, subjects)
    is_open = not any(ladder.closed(count, subject.rule, work.now) for subject, count in counts)
    if is_open:
        counts = [(subject, ladder.after_try(count, subject.rule, work.now)) for subject, count in counts]
    _store(work, counts)  # either way, so that a refusal takes as long as a try
    return is_open


def is_closed(work: Work, subject: Subject) -> bool:
    """Tell whether a subject is closed, without counting."""
    return ladder.closed(_read(work, subject), subject.rule, work.now)


def close(work: Work, subject: Subject) -> None:
    """Close a subject as if its last try had just failed."""
    count = ladder.fresh(work.now)
    while not ladder.closed(count, subject.rule, work.now):
        count = ladder.after_try(count, subject.rule, work.now)
    _locked(work, [subject])
    _store(work, [(subject, count)])


def tries_so_far(work: Work, subject: Subject) -> int:
    """Tell how many wrong tries in a row a subject has made."""
    return ladder.in_a_row(_read(work, subject), subject.rule, work.now)


def take_back(work: Work, subject: Subject) -> None:
    """Take back the try of a subject whose other wrong tries stay counted."""
    _store(work, [(one, ladder.taken_back(count, one.rule)) for one, count in _locked(work, [subject])])


def clear(work: Work, name: str) -> None:
    """Forget the wrong tries of a subject."""
    CLEAR.run(work.db, _key(work, name))


def clear_all(work: Work, beginning: str) -> None:
    """Forget the wrong tries of every subject whose name begins so."""
    of_all = FailureCounter.subject.startswith(beginning, autoescape=True)
    work.db.execute(delete(FailureCounter).where(FailureCounter.landlord == work.landlord.slug, of_all))


def clear_account(work: Work, account_id: int) -> None:
    """Forget the wrong tries of an account in every browser."""
    work.db.execute(
        delete(FailureCounter).where(
            FailureCounter.landlord == work.landlord.slug,
            (FailureCounter.subject == f"account:{account_id}")
            | FailureCounter.subject.startswith(f"device:{account_id}:", autoescape=True),
        )
    )


def _locked(work: Work, subjects: Sequence[Subject]) -> Counted:
    """Read counters and hold their rows until the transaction ends, making those that are not there."""
    fresh = {"landlord": work.landlord.slug, "count": 0, "total": 0, "window_started_at": work.now}
    found = _hold(len(subjects)).all(work.db, numbered([{**fresh, "subject": one.name} for one in subjects]))
    counts = {row.subject: Count(*row[1:]) for row in found}
    return [(one, counts[one.name]) for one in subjects]


@cache
def _hold(count: int) -> Upsert:
    columns, found = (*UNIQUE, *FRESH), ("subject", *COUNT)
    return Upsert(FailureCounter, columns, UNIQUE, overwrite=["subject"], returning=found, rows=count)


def _read(work: Work, subject: Subject) -> Count:
    row = READ.first(work.db, _key(work, subject.name))
    return Count(*row) if row else ladder.fresh(work.now)


def _store(work: Work, counts: Counted) -> None:
    """Write counters whose rows are held."""
    key = {"landlord": work.landlord.slug}
    rows = [{**key, "subject": one.name, **{name: getattr(count, name) for name in COUNT}} for one, count in counts]
    _overwrite(len(rows)).run(work.db, numbered(rows))


@cache
def _overwrite(count: int) -> Upsert:
    return Upsert(FailureCounter, (*UNIQUE, *COUNT), UNIQUE, overwrite=COUNT, rows=count)


def _key(work: Work, name: str) -> dict[str, object]:
    return {"of_landlord": work.landlord.slug, "of_subject": name}
