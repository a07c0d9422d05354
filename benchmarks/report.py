"""Turns what was measured into a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

SMALL = 10


@dataclass(frozen=True)
class Measured:
    """One server in one round.

    Attributes:
        started: seconds from the command to its first answer.
        loaded: MiB of each process after the load, the largest first.
        together: MiB of all of them, what they share counted once.
        operations: by name, what the driver found in each repetition: rate per second, p50 and p99 in
            milliseconds, errors.
    """

    started: float
    loaded: list[float]
    together: float
    operations: dict[str, list[dict[str, Any]]]


def figures(rounds: Sequence[Measured], operation: str, what: str) -> list[float]:
    """List one figure of one operation over all rounds and repetitions."""
    return [one[what] for measured in rounds for one in measured.operations[operation] if one[what] is not None]


def medians(found: Mapping[str, Sequence[Measured]], operations: Sequence[str]) -> dict[str, dict[str, float]]:
    """Take the middle rate of each server and operation."""
    return {name: {one: median(figures(rounds, one, "rate")) for one in operations} for name, rounds in found.items()}


def ratio(ours: Sequence[Measured], theirs: Sequence[Measured], operation: str) -> float:
    """Take the middle one of the ratios between rates that were measured one right after the other."""
    pairs = zip(figures(ours, operation, "rate"), figures(theirs, operation, "rate"), strict=True)
    return median(own / other for own, other in pairs)


def table(found: Mapping[str, Sequence[Measured]], operations: Sequence[str]) -> str:
    """Write the figures of every server, and their ratio to the first one's, as Markdown."""
    return "\n".join(_lines(found, operations))


def _lines(found: Mapping[str, Sequence[Measured]], operations: Sequence[str]) -> Iterator[str]:
    ours, *peers = found
    yield (
        "| operation | "
        + " | ".join(f"{name}, per second (p99, ms)" for name in found)
        + " | "
        + " | ".join(f"{ours} / {peer}" for peer in peers)
        + " |"
    )
    yield "|" + "---|" * (1 + len(found) + len(peers))
    for operation in operations:
        cells = [_cell(rounds, operation) for rounds in found.values()]
        ratios = [f"{ratio(found[ours], found[peer], operation):.2f}" for peer in peers]
        yield f"| {operation.replace('_', ' ')} | " + " | ".join([*cells, *ratios]) + " |"
    rest = {
        "largest process after load, MiB": [max(one.loaded[0] for one in rounds) for rounds in found.values()],
        "all processes after load, MiB": [max(one.together for one in rounds) for rounds in found.values()],
        "first answer, seconds": [median(one.started for one in rounds) for rounds in found.values()],
    }
    for name, values in rest.items():
        cells = [f"{value:.2f}" if value < SMALL else f"{value:.0f}" for value in values]
        yield f"| {name} | " + " | ".join([*cells, *([""] * len(peers))]) + " |"


def _cell(rounds: Sequence[Measured], operation: str) -> str:
    rates = figures(rounds, operation, "rate")
    errors = sum(int(one) for one in figures(rounds, operation, "errors"))
    failed = f", {errors} errors" if errors else ""
    p99 = median(figures(rounds, operation, "p99"))
    return f"{median(rates):,.0f} [{min(rates):,.0f}–{max(rates):,.0f}] ({p99:.1f}{failed})"
