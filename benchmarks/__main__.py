"""Drives every server in turn, operation by operation and several times over; prints medians, spreads and ratios.

A machine that others share is now faster and now slower, for minutes: what is compared is measured one right after
the other.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import NullPool, create_engine, make_url, text

from benchmarks import bare, canaille, floors, loge, node_oidc_provider
from benchmarks.plot import rates
from benchmarks.report import Measured, medians, table
from benchmarks.server import NODE, Conditions, Server, free_port
from idp.settings.server import Hashing

HERE = Path(__file__).parent
HOUR = 3600
QUIET_SECONDS = 3
"""Between the load and the look at memory: every server may then collect its garbage and give back what is free."""
SERVERS: Mapping[str, Callable[[Path, int, str, Conditions], Server]] = {
    "loge": loge.prepare,
    "node-oidc-provider": node_oidc_provider.prepare,
    "canaille": canaille.prepare,
}
BARE = {
    "jwks": "a WSGI answer that is known beforehand, as long as a key set",
    "sign_in": "a sign-in of five bare answers and one argon2id",
}
OPERATIONS = ("discovery", "jwks", "client_credentials", "userinfo", "refresh", "code", "sign_in")


def main() -> None:
    """Read the command line, measure, print."""
    asked = _arguments()
    found: dict[str, list[Measured]] = defaultdict(list)
    if "canaille" in asked.servers and not canaille.BIN.exists():
        print("Canaille is not installed: `make benchmark` does it.", file=sys.stderr)
        asked.servers.remove("canaille")
    with tempfile.TemporaryDirectory(prefix="loge-benchmark-") as folder:
        for round_ in range(asked.rounds):
            servers = [_prepared(name, Path(folder) / f"{name}-{round_}", asked) for name in asked.servers]
            for name, measured in _measure(servers, asked.operations, asked).items():
                found[name].append(measured)
            print(f"round {round_ + 1} done", file=sys.stderr)
        print(table(found, asked.operations), *_floors(Path(folder), asked), sep="\n")
    if asked.plot:
        title = "Operations per second of each server, on a logarithmic axis"
        asked.plot.write_text(rates(title, medians(found, asked.operations), asked.operations), encoding="utf-8")
    if asked.out:
        asked.out.write_text(
            json.dumps({name: [vars(one) for one in all_] for name, all_ in found.items()}, indent=1)
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--database", default="sqlite", help="sqlite, or the address of a PostgreSQL server")
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=list(SERVERS))
    parser.add_argument("--operations", nargs="+", choices=OPERATIONS, default=list(OPERATIONS))
    parser.add_argument("--seconds", type=float, default=2, help="of one repetition")
    parser.add_argument("--repetitions", type=int, default=2, help="of each operation, one after the other")
    parser.add_argument("--rounds", type=int, default=2, help="how often every server is started anew")
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--beside", choices=OPERATIONS, help="what as many others do all the while")
    parser.add_argument("--people", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    cost = [Hashing().memory_kib, Hashing().iterations]
    parser.add_argument("--hashing", type=int, nargs=2, default=cost, help="argon2id: memory in KiB, passes")
    parser.add_argument("--out", type=Path, help="file for the figures (JSON)")
    parser.add_argument("--plot", type=Path, help="file for a drawing of the rates (SVG)")
    return parser.parse_args()


def _conditions(asked: argparse.Namespace) -> Conditions:
    memory_kib, passes = asked.hashing
    return Conditions(asked.people, asked.workers, Hashing(memory_kib=memory_kib, iterations=passes))


def _prepared(name: str, home: Path, asked: argparse.Namespace) -> Server:
    database = _database(asked.database, f"bench_{name.replace('-', '_')}", home)
    return SERVERS[name](home, free_port(), database, _conditions(asked))


def _floors(folder: Path, asked: argparse.Namespace) -> Iterator[str]:
    """Write what no provider can be faster than, in as many rounds as the servers, and where this was measured."""
    found: dict[str, list[float]] = defaultdict(list)
    for round_ in range(asked.rounds):
        for name, rate in _floors_once(folder / f"floors-{round_}", asked):
            found[name].append(rate)
    yield "\n| floor | per second |\n|---|---|"
    for name, rates_ in found.items():
        yield f"| {name} | {median(rates_):,.0f} [{min(rates_):,.0f}–{max(rates_):,.0f}] |"
    seconds = median(floors.imports() for _ in range(asked.rounds))
    yield f"\nWhat `idp serve` imports of others: {seconds:.2f} s"
    yield f"\n{floors.machine()}"


def _floors_once(home: Path, asked: argparse.Namespace) -> Iterator[tuple[str, float]]:
    for name, path in floors.ANSWERS.items():
        server = floors.flask(home / f"flask{len(path)}", free_port(), asked.workers, path)
        yield name, _rate(server, "discovery", asked)
    for operation, name in BARE.items():
        if operation in asked.operations:
            server = bare.prepare(home / operation, free_port(), _conditions(asked))
            yield name, _rate(server, operation, asked)
    yield from floors.alone(home, asked.database, _conditions(asked))


def _rate(server: Server, operation: str, asked: argparse.Namespace) -> float:
    found = {name: [measured] for name, measured in _measure([server], [operation], asked).items()}
    return medians(found, [operation])[server.name][operation]


def _measure(servers: Sequence[Server], operations: Sequence[str], asked: argparse.Namespace) -> dict[str, Measured]:
    """Start servers, drive each by one operation after the other, and look at their memory when they are quiet."""
    with ExitStack() as running:
        started, driven = {}, defaultdict[str, dict[str, Any]](dict)
        for server in servers:
            running.callback(server.stop)
            started[server.name] = server.start()
        for operation in operations:
            for server in servers:
                driven[server.name] |= _drive(server, operation, asked)
        time.sleep(QUIET_SECONDS)
        return {one.name: Measured(started[one.name], *one.memory(), driven[one.name]) for one in servers}


def _drive(server: Server, operation: str, asked: argparse.Namespace) -> dict[str, Any]:
    plan = server.plan() | {
        "concurrency": asked.concurrency,
        "seconds": asked.seconds,
        "repetitions": asked.repetitions,
        "operations": [operation],
    }
    with _beside(plan, asked.beside):
        done = subprocess.run(
            [NODE, "driver.mjs"], cwd=HERE, input=json.dumps(plan).encode(), capture_output=True, check=False
        )
    if done.returncode:
        raise SystemExit(done.stderr.decode())
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@contextmanager
def _beside(plan: Mapping[str, object], operation: str | None) -> Iterator[None]:
    """Have others do something all the while, where that is asked for."""
    if operation is None:
        yield
        return
    endless = {**plan, "operations": [operation], "repetitions": 1, "seconds": HOUR}
    command, nothing = [NODE, "driver.mjs"], subprocess.DEVNULL
    with subprocess.Popen(command, cwd=HERE, stdin=subprocess.PIPE, stdout=nothing, start_new_session=True) as others:
        assert others.stdin is not None
        others.stdin.write(json.dumps(endless).encode())
        others.stdin.close()
        try:
            yield
        finally:
            os.killpg(others.pid, signal.SIGKILL)  # what starts node is not node itself


def _database(kind: str, name: str, home: Path) -> str:
    """Make an empty database; on PostgreSQL one of that name, whatever it held before."""
    if kind == "sqlite":
        return f"sqlite:///{home}.db"
    admin = create_engine(kind, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    return make_url(kind).set(database=name).render_as_string(hide_password=False)


if __name__ == "__main__":
    main()
