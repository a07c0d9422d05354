"""Brings the database's tables to the shape this program needs, by Alembic."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from idp.folders import folder

LOCK = 0x6C6F6765  # "loge" in ASCII, the name of the lock among PostgreSQL's advisory locks


def upgrade(engine: Engine, target: str = "head") -> list[str]:
    """Apply every migration that is still missing, in one transaction: all of them or none.

    Args:
        engine: the database.
        target: the last one to apply.

    Returns:
        what was applied, oldest first, as `<revision> <title>`.
    """
    with _alone(engine) as connection:
        before = _present(connection)
        command.upgrade(_config(connection), target)
        after = _present(connection)
    script = ScriptDirectory.from_config(_config())
    steps = script.iterate_revisions(after, before or "base") if before != after else ()
    return [f"{step.revision} {step.doc}" for step in reversed(list(steps))]


def revise(engine: Engine, title: str) -> str:
    """Write a migration from what the tables are to what the models say, for a developer to read and finish.

    Args:
        engine: a database at the newest migration.
        title: what the migration does.

    Returns:
        path of the new file.
    """
    script = ScriptDirectory.from_config(_config())
    number = f"{int(script.get_current_head() or '0') + 1:04d}"
    with engine.connect() as connection:
        made = command.revision(_config(connection), title, autogenerate=True, rev_id=number)
    assert made is not None
    assert not isinstance(made, list)
    return str(made.path)


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that no other upgrade runs beside, and in which SQLite lets tables be rebuilt."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                yield connection
            return
        # SQLite alters a table by copying and dropping it, and takes this setting outside transactions only.
        driver.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise RuntimeError(f"the migration leaves rows of {broken[0]} without what they refer to")
        driver.execute("PRAGMA foreign_keys=ON")


def _present(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
