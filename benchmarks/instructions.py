"""Counts the instructions of each operation of the protocol, by valgrind: `python -m benchmarks.instructions`.

Times move with the machine and with what else it does; the number of instructions hardly does. What is left of the
machine in it (how the interpreter was built, which routines the processor is given) is taken out by dividing by the
instructions of a known piece of work, counted in the same run.

The record says what each operation costs in these units. Without options this fails when one costs more than a tenth
more than it says; `--record` writes down what is found.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from benchmarks.in_process import prepare
from benchmarks.loge import LEAST_HASHING
from idp.services.hashing_threads import QUIET_SECONDS

RECORD = Path(__file__).with_name("instructions.toml")
ROOM = 0.10
WARM = 3
TIMES = 8
UNIT = 1_000_000
REST_SECONDS = 2 * QUIET_SECONDS
"""After passwords were hashed: what their threads do then is not to be counted for whatever comes next."""
TOTALS = re.compile(r"^totals: (\d+)$", re.MULTILINE)
HEAD = (
    "# Instructions of each operation, as multiples of those of a known piece of work; written by\n"
    "# `make instructions RECORD=--record` when one changes on purpose, and compared by every run without it.\n"
)


def main() -> None:
    """Count, then compare with the record or write it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions", description=__doc__)
    parser.add_argument("--record", action="store_true", help="write down what is found")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        _work(asked.inside)
        return
    if not (shutil.which("valgrind") and shutil.which("vgdb")):
        print("valgrind is not installed: the instructions of the operations are not counted.")
        return
    counted = count()
    for name, instructions in counted.items():
        print(f"{name:20} {instructions / counted['calibration']:8.3f}   {instructions / UNIT:8.3f} million")
    found = {name: round(value / counted["calibration"], 4) for name, value in counted.items()}
    del found["calibration"]
    if asked.record:
        RECORD.write_text(HEAD + "".join(f"{name} = {value}\n" for name, value in found.items()), encoding="utf-8")
        return
    faults = list(grown(tomllib.loads(RECORD.read_text(encoding="utf-8")), found))
    print(*faults, sep="\n")
    sys.exit(bool(faults))


def grown(recorded: Mapping[str, float], found: Mapping[str, float]) -> list[str]:
    """Say which operations cost more than the record and a tenth, or are not in it.

    Args:
        recorded: what each may cost.
        found: what it costs.
    """
    return [
        f"{name} costs {cost:.3f}, and {recorded[name]:.3f} is recorded" if name in recorded else f"{name} is new"
        for name, cost in found.items()
        if name not in recorded or cost > recorded[name] * (1 + ROOM)
    ]


def count() -> dict[str, float]:
    """Count the instructions of every operation, and of the known piece of work, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="loge-instructions-") as folder:
        out = Path(folder) / "callgrind"
        tool = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}"]
        command = [*tool, "--log-file=/dev/null", sys.executable, "-m", "benchmarks.instructions", "--inside", folder]
        environ = {**os.environ, "PYTHONHASHSEED": "0", "PORTAL_PORT": "8001"}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr[-4000:])
        names: list[str] = json.loads((Path(folder) / "names").read_text())
        totals = (TOTALS.search(Path(f"{out}.{number}").read_text()) for number in range(1, len(names) + 1))
        return {name: int(found[1]) / TIMES for name, found in zip(names, totals, strict=True) if found}


def _work(folder: Path) -> None:
    """Do every operation, and have those counted that come after it is warm."""
    visitor, _ = prepare(folder / "home", hashing=LEAST_HASHING)  # else a sign-in would be nothing but argon2
    operations: dict[str, Callable[[], object]] = {"calibration": calibration, **visitor.operations}
    for operation in operations.values():
        for _ in range(WARM):
            operation()
    time.sleep(REST_SECONDS)
    for name, operation in operations.items():
        _tell("instrumentation on")
        for _ in range(TIMES):
            operation()
        _tell("dump")
        _tell("instrumentation off")
        if name == "sign_in":
            time.sleep(REST_SECONDS)
    (folder / "names").write_text(json.dumps(list(operations)))


def _tell(command: str) -> None:
    """Give valgrind an order about this very process."""
    subprocess.run(["vgdb", f"--pid={os.getpid()}", *command.split()], capture_output=True, check=True)


def calibration() -> str:
    """Do a known piece of work of the kind that requests are made of: objects, texts, digests."""
    kept = ""
    for number in range(500):
        members = {f"name{part}": str(number * part) for part in range(8)}
        kept = sha256((kept + json.dumps(members)).encode()).hexdigest()
    return kept


if __name__ == "__main__":
    main()
