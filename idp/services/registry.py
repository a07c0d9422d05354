"""Imports the landlord's registry: survey the file, plan, then write what is new."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from idp.domain.events import EventName
from idp.domain.registry import Bad, Refusal, Shape, Trace, parse, twice
from idp.domain.registry_plan import Known, Plan, TooManyLeavers, Traces, make_plan
from idp.models import Holder
from idp.services import audit
from idp.services.batches import batches
from idp.services.registry_file import UnreadableError, read_rows
from idp.services.registry_shape import shape_of
from idp.services.registry_writing import BATCH, Entry, write_entries, write_leavers
from idp.services.work import Work

FILE_CHANGED = "the file changed while it was read"


class Stage(StrEnum):
    """What an import is at."""

    READING = "reading"
    WRITING = "writing"


Progress = Callable[[Stage, int, int], None]
"""Told how many bytes of the file are read, or rows written, and how many there are."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was left out; its holder stays as they were."""

    line: int
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do.

    Attributes:
        added: holders who were not there, those who come back included.
        changed: holders with new values.
        unchanged: holders of whom the file says nothing new.
        left: holders whom the file does not name any more, or whose key has passed to another person.
        refused: rows left out.
    """

    added: int
    changed: int
    unchanged: int
    left: int
    refused: tuple[RefusedRow, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was imported; the reason is a sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What one reading of the file finds."""

    shape: Shape
    sightings: Mapping[str, str]
    refused: Mapping[int, Refusal]
    traces: Traces


def import_file(
    work: Work, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> Imported | Refused:
    """Bring a landlord's holders in line with the file of its back office.

    Accounts, enrolments and letters stay as they are, but for identifiers that have passed to somebody else. The
    database is not touched before the whole file is read, and everything is written in one transaction.

    Args:
        work: the landlord, and the transaction.
        path: the file, which is read twice.
        dry_run: plan and report only.
        progress: told about the advance from time to time.

    Returns:
        what was done; or why nothing was.
    """
    try:
        with path.open("rb") as file:
            done: Imported | Refused = _bring_in_line(
                work, file, dry_run, progress or (lambda stage, done, total: None)
            )
    except UnreadableError as error:
        done = Refused(str(error))
    except IntegrityError:
        done = Refused("another import of this landlord's registry ran at the same time")
    if not dry_run:
        _record(work, done)
    return done


def _bring_in_line(work: Work, file: BinaryIO, dry_run: bool, report: Progress) -> Imported | Refused:
    survey = _survey(work, file, report)
    plan = make_plan(survey.sightings, survey.traces, _known(work), work.landlord.registry.max_leavers)
    if isinstance(plan, TooManyLeavers):
        return Refused(f"{plan}; if it is right all the same, raise registry.max_leavers for this import")
    if not dry_run:
        with work.db.begin_nested():
            _write(work, file, survey, plan, report)
    return Imported(
        added=len(plan.added) + len(plan.returned),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        left=len(plan.left),
        refused=tuple(RefusedRow(line, refusal) for line, refusal in survey.refused.items()),
    )


def _record(work: Work, done: Imported | Refused) -> None:
    match done:
        case Imported(added, changed, unchanged, left, refused):
            audit.record(
                work,
                EventName.REGISTRY_IMPORTED,
                added=added,
                changed=changed,
                unchanged=unchanged,
                left=left,
                refused=len(refused),
            )
        case Refused(reason):
            audit.record(work, EventName.REGISTRY_REFUSED, reason=reason)


def _survey(work: Work, file: BinaryIO, report: Progress) -> Survey:
    size = file.seek(0, 2)
    rows = read_rows(file, work.landlord.registry)
    header = next(rows, None)
    if header is None:
        raise UnreadableError("the file is empty")
    shape = shape_of(work.landlord, header.cells, work.now.date())
    sightings: dict[str, str] = {}
    refused: dict[int, Refusal] = {}
    traces: list[Trace] = []
    for count, (line, cells) in enumerate(rows):
        if count % BATCH == 0:
            report(Stage.READING, file.tell(), size)
        found = parse(shape, cells)
        if not isinstance(found, Bad) and found.key in sightings:
            found = twice(shape, found)
        if isinstance(found, Bad):
            refused[line] = found.refusal
            traces.append(found.trace)
        else:
            sightings[found.key] = found.fingerprint
    report(Stage.READING, size, size)
    return Survey(shape, sightings, refused, Traces.of(traces))


def _known(work: Work) -> Iterator[Known]:
    query = select(
        Holder.id,
        Holder.registry_key,
        Holder.fingerprint,
        Holder.identifier,
        Holder.last_name,
        Holder.first_name,
        Holder.left_at.is_not(None),
    ).where(Holder.landlord == work.landlord.slug)
    for row in work.db.execute(query.execution_options(yield_per=BATCH)):
        yield Known(*row)


def _write(work: Work, file: BinaryIO, survey: Survey, plan: Plan, report: Progress) -> None:
    write_leavers(work, plan.left, plan.retired)
    done = 0
    for batch in batches(_entries(work, file, survey, plan), BATCH):
        write_entries(work, batch)
        done += len(batch)
        report(Stage.WRITING, done, plan.writes)
    if done != plan.writes:
        raise UnreadableError(FILE_CHANGED)


def _entries(work: Work, file: BinaryIO, survey: Survey, plan: Plan) -> Iterator[Entry]:
    """Read the file once more, for the rows that bring something new."""
    if not plan.writes:
        return
    known = {**plan.changed, **plan.returned}
    rows = read_rows(file, work.landlord.registry)
    next(rows)
    for line, cells in rows:
        if line in survey.refused:
            continue
        found = parse(survey.shape, cells)
        if isinstance(found, Bad) or survey.sightings.get(found.key) != found.fingerprint:
            raise UnreadableError(FILE_CHANGED)
        if found.key in plan.added or found.key in known:
            yield Entry(found, known.get(found.key))
