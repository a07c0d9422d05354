"""What the operations are made of, each alone: what no provider in Python on this machine can be faster than."""

import json
import sqlite3
import subprocess
import sys
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import randrange
from secrets import token_urlsafe

import psycopg
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask, Response
from sqlalchemy import make_url

from benchmarks.server import NODE, Conditions, Server

SECONDS = 1.0
ROTATE = "UPDATE kept SET used = used + 1 WHERE id = {mark}"

FIND = "SELECT id FROM kept WHERE id = ?"
ROTATED = 1000
TABLES = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, used INTEGER)",
    "CREATE TABLE IF NOT EXISTS added (token TEXT PRIMARY KEY, kept INTEGER, at INTEGER)",
    "CREATE TABLE IF NOT EXISTS event (kept INTEGER, name TEXT)",
    f"INSERT OR IGNORE INTO kept SELECT value, 0 FROM json_each('{json.dumps(list(range(ROTATED)))}')",
)
KEY = ec.generate_private_key(ec.SECP256R1())
CLAIMS = json.dumps({f"claim{number}": "x" * 20 for number in range(12)}).encode()
OF_THREAD = threading.local()
ANSWERS = {
    "Flask, a few bytes of JSON": "/",
    "Flask, the statements and signatures of a refresh on SQLite and nothing else": "/rotate",
}

IMPORT = """
import contextlib, gc, importlib
gc.disable()
for name in input().split():
    with contextlib.suppress(ImportError):  # a few are found only inside what brought them along
        importlib.import_module(name)
"""

application = Flask("floor")


@application.get("/")
def hello() -> Response:
    """Answer with a few bytes of JSON: `granian --interface wsgi benchmarks.floors:application`."""
    return Response('{"hello": "world"}', mimetype="application/json")


@application.get("/rotate")
def rotate() -> Response:
    """Do what a refresh cannot do without: four statements in one transaction, two signatures, some JSON."""
    database = kept()
    database.execute("BEGIN IMMEDIATE")
    (found,) = database.execute(FIND, (randrange(ROTATED),)).fetchone()
    database.execute(ROTATE.format(mark="?"), (found,))
    database.execute("INSERT INTO added VALUES (?, ?, ?)", (token_urlsafe(32), found, int(time.time())))
    database.execute("INSERT INTO event VALUES (?, ?)", (found, "tokens.refreshed"))
    database.execute("COMMIT")
    tokens = [urlsafe_b64encode(KEY.sign(CLAIMS, ec.ECDSA(SHA256()))).decode() for _ in range(2)]
    return Response(json.dumps({"tokens": tokens, "claims": CLAIMS.decode()}), mimetype="application/json")


def kept() -> sqlite3.Connection:
    """Return the database of the present thread."""
    found: sqlite3.Connection | None = getattr(OF_THREAD, "database", None)
    if found is None:
        found = OF_THREAD.database = sqlite3.connect("floor.db", isolation_level=None, timeout=10)
        for line in TABLES:
            found.execute(line)
    return found


def flask(home: Path, port: int, workers: int, path: str = "/") -> Server:
    """Make a server of these answers, for the driver's operation `discovery`.

    Args:
        home: a folder that does not exist yet.
        port: where it is to listen.
        workers: how many processes.
        path: what is asked.
    """
    home.mkdir(parents=True)
    binary = str(Path(sys.executable).with_name("granian"))
    command = [binary, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    command += ["--workers", str(workers), "--blocking-threads", "2", "benchmarks.floors:application"]
    paths = dict.fromkeys(("ready", "discovery", "jwks", "authorize", "token", "userinfo"), path)
    return Server("flask", command, {"PYTHONPATH": str(Path(__file__).parent.parent)}, home, port, paths, [], "")


def alone(home: Path, database: str, conditions: Conditions) -> Iterator[tuple[str, float]]:
    """Measure, one after the other, what is not a server.

    Args:
        home: a folder.
        database: as the command line names it.
        conditions: what every server gets; as many as it has workers verify passwords at the same time.

    Yields:
        what it is, and how often a second.
    """
    workers, cost = conditions.workers, conditions.hashing
    hasher = PasswordHasher(time_cost=cost.iterations, memory_cost=cost.memory_kib, parallelism=1)
    hashed = hasher.hash("x")
    with ThreadPoolExecutor(workers) as pool:
        rates = list(pool.map(lambda _: _rate(lambda: hasher.verify(hashed, "x")), range(workers)))
    yield f"argon2id, {workers} at a time", sum(rates)
    key = ec.generate_private_key(ec.SECP256R1())
    yield "ES256 signature", _rate(lambda: key.sign(b"x" * 400, ec.ECDSA(SHA256())))
    for mode in ("NORMAL", "FULL"):
        yield f"one row changed and committed, SQLite, synchronous {mode}", _sqlite(home / f"{mode}.db", mode)
    if database != "sqlite":
        yield "one row changed and committed, PostgreSQL", _postgres(database)


def _rate(work: Callable[[], object]) -> float:
    work()
    count, began = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - began) < SECONDS:
        work()
        count += 1
    return count / elapsed


def _sqlite(path: Path, mode: str) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={mode}")
    connection.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, used INTEGER)")
    connection.execute("INSERT INTO kept VALUES (1, 0)")

    def rotate() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(ROTATE.format(mark="?"), (1,))
        connection.execute("COMMIT")

    return _rate(rotate)


def _postgres(address: str) -> float:
    url = make_url(address).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        connection.execute("CREATE TEMPORARY TABLE kept (id INTEGER PRIMARY KEY, used INTEGER)")
        connection.execute("INSERT INTO kept VALUES (1, 0)")

        def rotate() -> None:
            connection.execute(ROTATE.format(mark="%s"), (1,), prepare=True)
            connection.commit()

        return _rate(rotate)


def imports() -> float:
    """Measure how many seconds a process takes that imports what `idp serve` does of others, and nothing else."""
    listing = "import gc, sys; gc.disable(); import idp.cli.serve; print(*sys.modules)"
    names = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True).stdout.split()
    others = " ".join(name for name in names if name.split(".")[0] not in ("idp", "__main__"))
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORT], input=others, text=True, check=True)
    return time.perf_counter() - began


def machine() -> str:
    """Name the machine as far as it matters."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
    )
    node = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return f"{model}, Python {sys.version.split()[0]}, Node {node}, SQLite {sqlite3.sqlite_version}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()
