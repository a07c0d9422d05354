"""What the operations cost beside how many accounts and tokens: `python -m benchmarks.scale 10000 1000000`.

Rows are added by the database itself, the operations asked of the application in this very process; what counts is
whether the figures stay the same.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, text

from benchmarks.in_process import Visitor, prepare
from idp.web.database import db

TIMES = 200
ROUNDS = 5
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
GRANT = (
    '"grant" (id, handle, account_id, sid, landlord, client_id, scope, claims, amr, auth_time, created_at, '
    "expires_at)"
)
ROWS = (
    (
        1,
        "account (id, landlord, sub, email, locale, created_at, updated_at)",
        "i, 'paris', 'sub-' || i, 'p' || i || '@example.org', 'fr', :now, :now",
    ),
    (1, "identifier (landlord, account_id, kind, value)", "'paris', i, 'reference', 'R' || i"),
    (
        PER_ACCOUNT,
        GRANT,
        "i, 'h' || i, i / 2, 's' || i, 'paris', 'app', 'openid', '{}', '[]', :now, :now, :now + 9000000",
    ),
    (
        PER_ACCOUNT,
        "refresh_token (landlord, token_hash, grant_id, issued_at, expires_at)",
        "'paris', DIGEST, i, :now, :now + 9000000",
    ),
)
"""How many rows there are beside each account, which columns they have, and what is in them."""


def main() -> None:
    """Add accounts and tokens up to each size, and measure there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+", help="how many accounts, growing; tokens are twice as many")
    parser.add_argument("--database", help="address of an empty PostgreSQL database; SQLite without it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="loge-scale-") as folder:
        visitor, app = prepare(Path(folder) / "home", asked.database)
        with app.app_context():
            engine = db.engine
        names = list(visitor.operations)
        print("| accounts (tokens) | " + " | ".join(f"{name}, µs" for name in names) + " |")
        print("|" + "---|" * (1 + len(names)), flush=True)
        have = 0
        for place, size in enumerate(asked.sizes, 1):
            fill(engine, place * APART, size - have)
            have = size
            figures = " | ".join(f"{1e6 * _cost(visitor, name):,.0f}" for name in names)
            print(f"| {size:,} ({size * PER_ACCOUNT:,}) | {figures} |", flush=True)


def fill(engine: Engine, first: int, count: int) -> None:
    """Add accounts, and tokens beside each.

    Args:
        engine: the database.
        first: number of the first account, far from those that the operations make.
        count: how many.
    """
    kind = engine.dialect.name
    with engine.begin() as connection:
        for times, table, values in ROWS:
            what = values.replace("DIGEST", DIGEST[kind]).replace(":now", str(int(time.time())))
            insert = text(f"INSERT INTO {table} SELECT {what} FROM {SERIES[kind]}")
            connection.execute(insert, {"least": first * times, "most": (first + count) * times - 1})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _cost(visitor: Visitor, name: str) -> float:
    operation = visitor.operations[name]
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(TIMES // ROUNDS):
            operation()
        found.append((time.perf_counter() - began) / (TIMES // ROUNDS))
    return median(found)


if __name__ == "__main__":
    main()
