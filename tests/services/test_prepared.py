"""The statements of the hot paths: written for each database, and found by an index."""

from importlib import import_module

import pytest
from sqlalchemy import text

from idp.services.chain import Chain
from idp.services.prepared import Prepared
from idp.services.work import Work

MODULES = ("agreements", "audit", "codes", "grants", "live_sessions", "persons", "refresh", "used_once")
FOUND = {
    f"{module}.{name}": found
    for module in MODULES
    for name, found in vars(import_module(f"idp.services.{module}")).items()
}
CHAINS = {name: found for name, found in FOUND.items() if isinstance(found, Chain)}
HOT = {
    **{name: found for name, found in FOUND.items() if isinstance(found, Prepared)},
    **{f"{name}.head": chain.head for name, chain in CHAINS.items()},
    **{f"{name}.whole": chain.whole for name, chain in CHAINS.items()},
}
PLAN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}
WHOLE = {"sqlite": "SCAN ", "postgresql": "Seq Scan"}


@pytest.mark.parametrize("name", HOT)
def test_no_table_is_read_as_a_whole(work: Work, name: str) -> None:
    if name.endswith(".whole") and work.db.get_bind().dialect.name == "sqlite":
        pytest.skip("of PostgreSQL")
    ready = HOT[name].ready(work.db)
    kind = ready.dialect.name
    if kind == "postgresql":
        work.db.execute(text("SET LOCAL enable_seqscan = off"))  # tables without rows have no other plan
        work.db.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
    driver = work.db.connection().connection.driver_connection
    assert driver is not None
    nothing = dict.fromkeys(ready.names) if ready.order is None else [None] * len(ready.order)
    plan = driver.execute(f"{PLAN[kind]} {ready.text}", nothing).fetchall()
    assert [line for line in map(str, plan) if WHOLE[kind] in line] == []
