"""What the operations cost beside how many accounts and tokens: `python -m benchmarks.scale 10000 1000000`.

Rows are added by the database itself; the operations are asked of the application, in a process for each size. When
all are filled the sizes are measured in turn, so that what else the machine does meets each alike; what counts is
whether the figures stay the same. Passwords are hashed at the least cost: argon2 knows of no accounts.
"""

import argparse
import tempfile
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from benchmarks.in_process import Visitor, prepare
from benchmarks.loge import LEAST_HASHING
from idp.web.database import db

SECONDS = 0.4
ROUNDS = 9
APART = 100_000_000
PER_ACCOUNT = 2
"""Refresh tokens, and grants, beside each account."""
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT :least UNION ALL SELECT i + 1 FROM n WHERE i < :most) SELECT i FROM n"
SERIES = {
    "sqlite": f"({NUMBERS}) AS s",
    "postgresql": "generate_series(CAST(:least AS bigint), CAST(:most AS bigint)) AS s(i)",
}
DIGEST = {
    "sqlite": "printf('%016x', i * 2654435761 % 4294967291) || printf('%048x', i)",
    "postgresql": "encode(sha256(CAST(CAST(i AS text) AS bytea)), 'hex')",
}
SETTINGS = {
    "sqlite": ("PRAGMA cache_size=-1000000", "PRAGMA synchronous=OFF", "PRAGMA foreign_keys=OFF"),
    "postgresql": ("SET session_replication_role = replica", "SET work_mem = '512MB'"),
}
"""What makes filling quick: the rows refer to each other as they should anyway."""
CONTRACT = "contract (id, landlord, reference, kind)"
HOLDER = (
    "holder (id, landlord, contract_id, registry_key, identifier, role, last_name, first_name, facts, fingerprint)"
)
ACCOUNT = "account (id, landlord, sub, email, locale, created_at, updated_at)"
GRANT = (
    '"grant" (id, handle, account_id, sid, landlord, client_id, scope, claims, amr, auth_time, created_at, '
    "expires_at)"
)
TOKEN = "refresh_token (landlord, token_hash, grant_id, issued_at, expires_at)"
ROWS = (
    (1, CONTRACT, "i, 'paris', 'C' || i, 'lease'"),
    (1, HOLDER, "i, 'paris', i, 'K' || i, 'R' || i, 'main', 'Martin', 'Camille', '{}', 'f' || i"),
    (1, ACCOUNT, "i, 'paris', 'sub-' || i, 'p' || i || '@example.org', 'fr', :now, :now"),
    (1, "identifier (landlord, account_id, kind, value)", "'paris', i, 'reference', 'R' || i"),
    (1, "enrolment (landlord, account_id, holder_id, enrolled_at)", "'paris', i, i, :now"),
    (1, "password (landlord, account_id, hash, set_at, version)", "'paris', i, 'none', :now, 1"),
    (
        PER_ACCOUNT,
        GRANT,
        "i, 'h' || i, i / 2, 's' || i, 'paris', 'app', 'openid', '{}', '[]', :now, :now, :now + 9000000",
    ),
    (PER_ACCOUNT, TOKEN, "'paris', DIGEST, i, :now, :now + 9000000"),
)
"""How many rows there are beside each account, which columns they have, and what is in them."""


def main() -> None:
    """Fill a database of each size, and measure them in turn."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+", help="how many accounts; tokens are twice as many")
    parser.add_argument("--database", help="address of a PostgreSQL server; SQLite without it")
    asked = parser.parse_args()
    fork = get_context("fork")
    with tempfile.TemporaryDirectory(prefix="loge-scale-") as folder:
        ends: dict[int, Connection] = {}
        for size in asked.sizes:
            ends[size], theirs = fork.Pipe()
            fork.Process(target=_serve, args=(Path(folder), asked.database, size, theirs), daemon=True).start()
            names: list[str] = ends[size].recv()
            print(f"{size:,} accounts are there", flush=True)
        found: dict[int, list[list[float]]] = {size: [] for size in ends}
        for _ in range(ROUNDS):
            for size, end in ends.items():
                found[size].append(_asked(end))
    print("| accounts (tokens) | " + " | ".join(f"{name}, µs" for name in names) + " |")
    print("|" + "---|" * (1 + len(names)))
    for size, rounds in found.items():
        figures = " | ".join(f"{1e6 * median(one):,.0f}" for one in zip(*rounds, strict=True))
        print(f"| {size:,} ({size * PER_ACCOUNT:,}) | {figures} |")


def _asked(end: Connection) -> list[float]:
    end.send(None)
    found: list[float] = end.recv()
    return found


def _serve(folder: Path, server: str | None, size: int, end: Connection) -> None:
    """Fill a database, name the operations, then measure them each time it is asked to."""
    database = None if server is None else _database(server, f"loge_scale_{size}")
    visitor, app = prepare(folder / str(size), database, LEAST_HASHING)
    with app.app_context():
        fill(db.engine, APART, size)
    end.send(list(visitor.operations))
    while True:
        end.recv()
        end.send([_cost(visitor, name) for name in visitor.operations])


def fill(engine: Engine, first: int, count: int) -> None:
    """Add accounts, and tokens beside each.

    Args:
        engine: the database.
        first: number of the first account, far from those that the operations make.
        count: how many.
    """
    kind = engine.dialect.name
    filling = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with filling.connect() as connection:
        for setting in SETTINGS[kind]:
            connection.execute(text(setting))
        for times, table, values in ROWS:
            what = values.replace("DIGEST", DIGEST[kind]).replace(":now", str(int(time.time())))
            order = " ORDER BY 2" if "DIGEST" in values else ""  # an index grows quickest at its end
            insert = text(f"INSERT INTO {table} SELECT {what} FROM {SERIES[kind]}{order}")
            connection.execute(insert, {"least": first * times, "most": (first + count) * times - 1})
        connection.execute(text("ANALYZE"))


def _database(server: str, name: str) -> str:
    """Make an empty PostgreSQL database of that name, whatever it held before."""
    with create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _cost(visitor: Visitor, name: str) -> float:
    """Return the seconds that one operation takes, over as many as go into a while."""
    operation, times = visitor.operations[name], 0
    began = time.perf_counter()
    while (elapsed := time.perf_counter() - began) < SECONDS:
        operation()
        times += 1
    return elapsed / times


if __name__ == "__main__":
    main()
