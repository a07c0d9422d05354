"""The migrations lead to exactly the tables that the models describe."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine.interfaces import ReflectedIndex
from sqlalchemy.exc import IntegrityError

from idp.folders import folder
from idp.settings.secret_files import NotReadyError
from idp.web import migration_state, migrations
from tests.conftest import new_database

PRESENT: dict[str, dict[str, Any]] = {
    "contract": {"id": 1, "landlord": "paris", "reference": "LOT-1", "kind": "lot"},
    "holder": {
        "id": 1,
        "landlord": "paris",
        "contract_id": 1,
        "registry_key": "k",
        "identifier": "7000101",
        "role": "tenant",
        "last_name": "LEFÈVRE",
        "first_name": "Chloé",
        "facts": "{}",
        "fingerprint": "0" * 64,
    },
    "account": {"id": 1, "landlord": "paris", "sub": "s", "locale": "fr", "created_at": 1, "updated_at": 1},
    "first_connection": {"id": 1, "landlord": "paris", "holder_id": 1, "proof": "letter", "started_at": 1},
    "browser_session": {
        "id": 1,
        "landlord": "paris",
        "token_hash": "t",
        "sid": "s",
        "account_id": 1,
        "auth_time": 1,
        "amr": "[]",
        "seen_at": 1,
        "expires_at": 2,
    },
}
"""Rows as the first version of the tables held them."""


@pytest.fixture
def bare(tmp_path: Path, worker_id: str) -> Iterator[Engine]:
    """A database without tables."""
    engine = create_engine(new_database(tmp_path, f"loge_bare_{worker_id}"))
    yield engine
    engine.dispose()


def index(found: ReflectedIndex) -> str:
    """Describe an index with the condition of a partial one, which comes as an object."""
    options = {key: str(value) for key, value in found.get("dialect_options", {}).items()}
    return str({**found, "dialect_options": options})


def shape(engine: Engine) -> dict[str, Any]:
    """Describe every table of a database, as the database itself does."""
    found = inspect(engine)
    return {
        name: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in found.get_columns(name)
            },
            "primary key": found.get_pk_constraint(name),
            "unique": sorted(map(str, found.get_unique_constraints(name))),
            "foreign keys": sorted(map(str, found.get_foreign_keys(name))),
            "indexes": sorted(map(index, found.get_indexes(name))),
            "checks": sorted(map(str, found.get_check_constraints(name))),
        }
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def test_migrations_equal_models(bare: Engine, blank_database: str) -> None:
    migrations.upgrade(bare)
    wanted = create_engine(blank_database)
    assert shape(bare) == shape(wanted), "`idp db revise` writes the migration that is missing"
    wanted.dispose()


def test_a_second_upgrade_finds_nothing_to_do(bare: Engine) -> None:
    first = migrations.upgrade(bare)
    assert first[0].startswith("0001 ")
    assert migrations.upgrade(bare) == []


def test_what_is_there_survives_every_upgrade(bare: Engine) -> None:
    migrations.upgrade(bare, "0001")
    with bare.begin() as connection:
        for table, values in PRESENT.items():
            names = ", ".join(values)
            marks = ", ".join(f":{name}" for name in values)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)
    migrations.upgrade(bare)
    with bare.connect() as connection:
        for table, values in PRESENT.items():
            kept = connection.execute(text(f"SELECT {', '.join(values)} FROM {table}")).one()
            assert [str(value) for value in kept] == [str(value) for value in values.values()], table
        second = {**PRESENT["first_connection"], "id": 2}
        insert = f"INSERT INTO first_connection ({', '.join(second)}) VALUES (:{', :'.join(second)})"
        with pytest.raises(IntegrityError):
            connection.execute(text(insert), second)


def test_a_database_without_migrations_is_not_served(bare: Engine) -> None:
    with pytest.raises(NotReadyError, match="idp db upgrade"):
        migration_state.require_newest(bare)
    migrations.upgrade(bare)
    migration_state.require_newest(bare)
    assert migration_state.newest() == ScriptDirectory(str(folder("migrations"))).get_current_head()
