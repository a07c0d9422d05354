"""Prints which test shows which defence, line of a journey, module and demand: `python -m tests.matrix`.

`make matrix` writes it to docs/coverage.md. A line that no test shows says why, in `reasons.toml` beside
this file or, where it is a demand of a specification, in `specifications/`.
"""

import io
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from tests.specifications import Specification, specifications

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
REASONS = HERE / "reasons.toml"
MARKERS = {
    "conformance": DOCS / "conformance.md",
    "threat": DOCS / "security.md",
    "journey": DOCS / "journeys.md",
}
HEAD = """# Coverage

Which test walks which line of [the journeys](journeys.md), and which shows an answer to one of the
[threats](security.md#threats), and which looks at the same as a module of
[the conformance suite](conformance.md); below, which shows that a demand of a specification is met.
`make matrix` writes this page; a line without a test says why.

| line | shown by |
|---|---|"""
ROW = re.compile(r"^\| ([A-Z]-\d+|[a-z]+-\d+|oidcc-[a-z0-9-]+) \|", re.MULTILINE)


def identifiers(marker: str) -> list[str]:
    """List the identifiers that a marker may carry, in the order of the document that explains them."""
    return ROW.findall(MARKERS[marker].read_text(encoding="utf-8"))


def reasons() -> dict[str, str]:
    """Read why some lines have no test."""
    found: dict[str, str] = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    return found


class Collector:
    """Notes the marks of every collected test."""

    def __init__(self) -> None:
        self.tests: dict[str, set[str]] = defaultdict(set)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Read the marks once everything is collected."""
        for item in session.items:
            for name in MARKERS:
                for mark in item.iter_markers(name):
                    for identifier in mark.args:
                        self.tests[identifier].add(item.nodeid.partition("[")[0])


def main() -> None:
    """Collect the tests and print the table."""
    collector = Collector()
    arguments = ["--collect-only", "-q", "-p", "no:cacheprovider", str(HERE)]
    with redirect_stdout(io.StringIO()) as listing:
        code = pytest.main(arguments, plugins=[collector])
    if code:
        sys.exit(listing.getvalue())
    print(HEAD)
    without = reasons()
    for identifier in (identifier for marker in reversed(MARKERS) for identifier in identifiers(marker)):
        tests = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in sorted(collector.tests[identifier]))
        print(f"| {identifier} | {tests or without.get(identifier, '-')} |")
    for specification in specifications():
        print("\n".join(table(specification)))


def table(specification: Specification) -> Iterator[str]:
    """Write the demands of one specification, line by line."""
    yield from ("", f"## {specification.name}", "", specification.title, "")
    yield from ("| section | demand | shown by |", "|---|---|---|")
    for demand in specification.demands:
        shown = "<br>".join(f"`{test}`" for test in demand.by) or f"left out: {demand.left_out}"
        yield f"| {demand.section} | {demand.must} | {shown} |"


if __name__ == "__main__":
    main()
