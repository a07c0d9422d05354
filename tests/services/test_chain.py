"""A change and what is added where it was made."""

import pytest
from sqlalchemy import bindparam, func, select, update

from idp.domain.events import EventName
from idp.models import Base, Event
from idp.services import audit
from idp.services.chain import Added, Chain
from idp.services.work import Work

EVENT = Base.metadata.tables["event"]
COUNT = Base.metadata.tables["case_count"]
RENAME = Chain(
    update(EVENT)
    .where(EVENT.c.id == bindparam("row"), EVENT.c.name == bindparam("former"))
    .values(name=bindparam("latter"))
    .returning(EVENT.c.id),
    Added(COUNT, ("landlord", "month", "kind"), {"count": "id"}),
)


@pytest.fixture
def event(work: Work) -> Event:
    work.db.add(Event(landlord="paris", happened_at=work.now, name="one", network="console", details={}))
    work.db.flush()
    return work.db.scalars(select(Event)).one()


def rename(work: Work, event: Event, former: str) -> object:
    added = {"case_count_landlord": "paris", "case_count_month": "2026-11", "case_count_kind": "error"}
    return RENAME.first(work.db, {"row": event.id, "former": former, "latter": "two", **added})


def counts(work: Work) -> list[int]:
    return list(work.db.scalars(select(COUNT.c.count)))


def test_the_row_is_added_and_knows_the_change(work: Work, event: Event) -> None:
    assert rename(work, event, "one") is not None
    assert counts(work) == [event.id]


def test_nothing_is_added_where_nothing_was_changed(work: Work, event: Event) -> None:
    assert rename(work, event, "none of that name") is None
    assert counts(work) == []


def test_what_is_described_is_kept_as_what_is_recorded(work: Work) -> None:
    audit.record(work, EventName.PURGED, count=2)
    audit.record_alone(work, EventName.PURGED, count=2)
    kept = work.db.execute(select(EVENT.c.name, EVENT.c.details, EVENT.c.network)).all()
    assert kept[0] == kept[1]
    assert work.db.scalar(select(func.count()).select_from(EVENT)) == 2
