"""What most tests start from: settings, a database with its tables, a clock in hand, an application."""

import base64
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import expect
from sqlalchemy import Engine, NullPool, create_engine, make_url, text
from sqlalchemy.orm import Session
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from idp.app import create_app
from idp.models import Base
from idp.services.vault import Vault
from idp.services.work import Origin, Work
from idp.settings.loader import load
from idp.settings.root import Settings
from idp.settings.secret_files import write_secret
from idp.web.database import db

ROOT = Path(__file__).parent.parent
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The shell draws pages without a window to draw around them, at half the cost."""
hypothesis.settings.register_profile("steady", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("steady")
expect.set_options(timeout=60_000)  # nor is it one where a page is waited for
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PORTAL_SECRET = "portal-secret-for-tests-0123456789abcdef"

MEMORY = Path("/dev/shm")
ROOM = 2 << 30
FIRST = ("journeys", "guards/test_docs.py", "clients", "examples", "pages/test_timing.py", "services")
"""What takes longest, the longest first."""
TOGETHER = ("journeys", "examples", "clients")
"""Folders whose tests share one running demo or provider: one worker runs them all."""
SERVING = ("journeys", "crashes", "cli", "guards/test_migrations.py")
"""Tests that start programs, and look at what these do with the database."""
ONCE = (
    "examples",
    "clients",
    "pages/test_every_page.py",
    "pages/test_templates.py",
    "pages/test_fields.py",
    "pages/test_in_browser.py",
    "pages/test_timing.py",
)
"""Tests of what is in front of the database: programs of others, pages whose content they bring along, even waits."""


def pytest_configure() -> None:
    """Work in memory where it has room: a disk that is asked to keep its promises is what tests wait for most."""
    if MEMORY.is_dir() and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC and shutil.disk_usage(MEMORY).free > ROOM:
        tempfile.tempdir = os.environ["TMPDIR"] = str(MEMORY)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is still busy with it when the others are done.

    On PostgreSQL what asks no database is left out, and stories told with script already; EVERYTHING=1 repeats them.
    """
    items.sort(key=lambda item: _turn(_path(item)))
    if os.environ.get("DATABASE_URL", "").startswith("postgresql") and not os.environ.get("EVERYTHING"):
        config.hook.pytest_deselected(items=[item for item in items if not _asks_a_database(item)])
        items[:] = [item for item in items if _asks_a_database(item)]


class Scheduling(LoadScopeScheduling):
    """Hands the folders that belong together to one worker each, and every other test to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.split("/")[1]
        return folder if folder in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Choose who runs what; marks of xdist_group do not reach xdist from pytest 9.2 on."""
    return Scheduling(config, log)


def _path(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT / "tests").as_posix()


def _asks_a_database(item: pytest.Item) -> bool:
    opens_one = "blank_engine" in getattr(item, "fixturenames", ()) or _path(item).startswith(SERVING)
    return opens_one and not _path(item).startswith(ONCE) and "[no script" not in item.name


def _turn(path: str) -> int:
    return next((turn for turn, name in enumerate(FIRST) if path.startswith(name)), len(FIRST))


class HandClock:
    """A clock that moves when told."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **step: float) -> None:
        """Move forward by a timedelta's arguments."""
        self.now += timedelta(**step)


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    """Compile the catalogues that changed, as `make translations` does; workers of one run may do so at once."""
    for source in (ROOT / "templates/translations").rglob("*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            partial = source.with_suffix(f".{os.getpid()}.mo")
            with source.open("rb") as read, partial.open("wb") as written:
                write_mo(written, read_po(read))
            partial.replace(compiled)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def new_database(folder: Path, name: str) -> str:
    """Make a database without tables: on the server that DATABASE_URL names, as a SQLite file where it is not set.

    Returns:
        its address.
    """
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgresql"):
        return f"sqlite:///{folder / name}.db"
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def blank_engine(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Engine]:
    """A database with empty tables."""
    engine = create_engine(new_database(tmp_path_factory.mktemp("database"), f"loge_test_{worker_id}"))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def blank_database(blank_engine: Engine) -> str:
    """Address of a database with empty tables."""
    return blank_engine.url.render_as_string(hide_password=False)


@pytest.fixture
def database_url(blank_database: str, blank_engine: Engine, tmp_path: Path) -> str:
    """Address of a database whose tables are empty for this test."""
    if blank_database.startswith("sqlite"):
        copy = tmp_path / "loge.db"
        shutil.copy(blank_database.removeprefix("sqlite:///"), copy)
        return f"sqlite:///{copy}"
    empty(blank_engine)
    return blank_database


def empty(engine: Engine) -> None:
    """Empty every table of a PostgreSQL database; TRUNCATE takes ten times as long, for it makes new files."""
    tables = Base.metadata.sorted_tables
    names = ", ".join(f'"{table.name}"' for table in tables)
    deletes = "".join(f'DELETE FROM "{table.name}"; ' for table in reversed(tables))
    restarts = "".join(
        f"PERFORM setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), 1, false); "
        for table in tables
        if "id" in table.columns
    )
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '30s'")  # a session left open is an error, not a silence
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        connection.exec_driver_sql(f"DO $$BEGIN {deletes}{restarts}END$$")


@pytest.fixture(scope="session")
def committed() -> Settings:
    """The committed configuration."""
    return load(ROOT / "config", {})


@pytest.fixture
def settings(committed: Settings, database_url: str, tmp_path: Path) -> Settings:
    """The committed configuration, with the test's database, secrets and cheap hashes."""
    return for_tests(committed, database_url, tmp_path)


def for_tests(loaded: Settings, database_url: str, tmp_path: Path) -> Settings:
    """Give a configuration a database, secrets and cheap hashes."""
    root_key = tmp_path / "root.key"
    write_secret(root_key, base64.b64encode(b"r" * 32).decode())
    secret = tmp_path / "client-secret"
    write_secret(secret, PORTAL_SECRET)
    landlords = {
        slug: landlord.model_copy(
            update={
                "clients": [
                    client.model_copy(update={"secret_file": secret}) if client.secret_file else client
                    for client in landlord.clients
                ]
            }
        )
        for slug, landlord in loaded.landlords.items()
    }
    return loaded.model_copy(
        update={
            "landlords": landlords,
            "database": loaded.database.model_copy(update={"url": database_url}),
            "secrets": loaded.secrets.model_copy(update={"root_key_file": root_key}),
            "hashing": loaded.hashing.model_copy(
                update={"memory_kib": 8, "iterations": 1, "refusal_milliseconds": 0}
            ),
            "mail": loaded.mail.model_copy(update={"transport": "folder", "folder": tmp_path / "mail"}),
            "rate_limits": loaded.rate_limits.model_copy(
                update={"forms": "100000 per minute", "pages": "100000 per minute"}
            ),
        }
    )


class Templates(BytecodeCache):
    """Compiled templates of every application of this process: most tests build one, and each would compile anew."""

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = Templates()
STATEMENTS: dict[Any, Any] = {}


@pytest.fixture
def app(settings: Settings, blank_engine: Engine, clock: HandClock) -> Iterator[Flask]:
    built = create_app(settings, clock)
    built.testing = True
    built.jinja_env.bytecode_cache = TEMPLATES
    with built.app_context():
        db.engine.dialect = blank_engine.dialect
        db.engine.update_execution_options(compiled_cache=STATEMENTS)  # statements are compiled once for each dialect
    yield built
    with built.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


MakeWork = Callable[..., Work]


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return Vault([b"r" * 32], settings.hashing)


@pytest.fixture
def make_work(engine: Engine, settings: Settings, vault: Vault, clock: HandClock) -> Iterator[MakeWork]:
    """Make works of the paris landlord on the test's database; each has its own session."""
    opened: list[Session] = []

    def make(slug: str = "paris", network: str = "192.0.2.0/24", **origin: str) -> Work:
        session = Session(engine, expire_on_commit=False)
        opened.append(session)
        return Work(session, clock(), settings.landlords[slug], settings, vault, Origin(network, **origin))

    yield make
    for session in opened:
        session.close()


@pytest.fixture
def work(make_work: MakeWork) -> Work:
    return make_work()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start Debian's Chromium, without a window."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-gpu", *quiet]}
