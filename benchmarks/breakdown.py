"""Where the processor's time of each operation goes, function by function: `python -m benchmarks.breakdown`.

A timer of the system interrupts the process some hundred times for each second of processor time that it uses; the
time since the last time is put down to the function that is found then, with what that calls in C. Unlike a profiler
that is told of every call, this makes short functions no more expensive than they are.
"""

import argparse
import signal
import site
import sysconfig
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import zip_longest
from pathlib import Path
from types import CodeType, FrameType

from benchmarks.in_process import prepare

INTERVAL = 0.001
SECONDS = 10.0
FUNCTIONS = 12
HEAD = "| part | share | | function | share |\n|---|---|---|---|---|"
WARM = 20
ROOT = Path(__file__).parent.parent
PACKAGES = tuple(site.getsitepackages())
LIBRARY = sysconfig.get_paths()["stdlib"]


def main() -> None:
    """Repeat each operation for a while, and print a table for it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.breakdown", description=__doc__)
    parser.add_argument("operations", nargs="*", help="which; all without it")
    parser.add_argument("--database", help="address of an empty PostgreSQL database; SQLite without it")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="processor time for each operation")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="loge-breakdown-") as folder:
        visitor, _ = prepare(Path(folder) / "home", asked.database)
        for name, operation in visitor.operations.items():
            for _ in range(WARM):
                operation()
            if name in asked.operations or not asked.operations:
                print(report(name, *sample(operation, asked.seconds)), flush=True)


def sample(operation: Callable[[], object], seconds: float) -> tuple[dict[CodeType, float], int]:
    """Repeat an operation, and note where the processor is.

    Args:
        operation: what to repeat.
        seconds: processor time to spend.

    Returns:
        the seconds that belong to each function, and how often the operation was repeated.
    """
    found: dict[CodeType, float] = defaultdict(float)
    times, last = 0, time.process_time()
    end = last + seconds

    def note(_: int, frame: FrameType | None) -> None:
        nonlocal last
        if frame is not None:
            now = time.process_time()
            found[frame.f_code] += now - last
            last = now

    before = signal.signal(signal.SIGPROF, note)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
    try:
        while last < end:
            operation()
            times += 1
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return found, times


def report(name: str, found: Mapping[CodeType, float], times: int) -> str:
    """Write what was found as a table.

    Args:
        name: of the operation.
        found: the seconds that belong to each function.
        times: how often the operation was repeated.
    """
    parts: dict[str, float] = defaultdict(float)
    functions: dict[str, float] = defaultdict(float)
    for code, seconds in found.items():
        parts[part(code)] += seconds
        functions[f"`{code.co_qualname}`, {place(code)}"] += seconds
    whole = sum(found.values())
    lines = [f"\n### {name}: {whole / times * 1000:.2f} ms of the processor", "", HEAD]
    for one, other in zip_longest(_most(parts, whole), _most(functions, whole), fillvalue=" |"):
        lines.append(f"| {one} | | {other} |")
    return "\n".join(lines)


def _most(shares: Mapping[str, float], whole: float) -> list[str]:
    """Write two cells for each of the largest shares; a short operation has fewer parts than functions."""
    largest = sorted(shares.items(), key=lambda one: -one[1])[:FUNCTIONS]
    return [f"{name} | {share / whole:.1%}" for name, share in largest]


def part(code: CodeType) -> str:
    """Name the package of a function: of ours the floor, of others the distribution."""
    *folders, file = place(code).split("/")
    if folders[:1] == ["idp"]:
        return "/".join(folders) if len(folders) > 1 else f"idp/{file}"
    return folders[0] if folders else file.removesuffix(".py")


def place(code: CodeType) -> str:
    """Shorten the path of a function's file."""
    path = code.co_filename
    for root in (*PACKAGES, LIBRARY, str(ROOT)):
        if path.startswith(root):
            return path.removeprefix(root).removeprefix("/")
    return path


if __name__ == "__main__":
    main()
