"""Prints which test shows which defence and walks which line of a journey: `python -m tests.matrix`."""

import io
import re
import sys
from collections import defaultdict
from contextlib import redirect_stdout
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
MARKERS = {"threat": DOCS / "security.md", "journey": DOCS / "journeys.md"}
ROW = re.compile(r"^\| ([A-Z]-\d+|[a-z]+-\d+) \|", re.MULTILINE)


def identifiers(marker: str) -> list[str]:
    """List the identifiers that a marker may carry, in the order of the document that explains them."""
    return ROW.findall(MARKERS[marker].read_text(encoding="utf-8"))


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
    arguments = ["--collect-only", "-q", "-p", "no:cacheprovider", str(Path(__file__).parent)]
    with redirect_stdout(io.StringIO()) as listing:
        code = pytest.main(arguments, plugins=[collector])
    if code:
        sys.exit(listing.getvalue())
    print("| identifier | shown by |\n|---|---|")
    for marker in MARKERS:
        for identifier in identifiers(marker):
            print(f"| {identifier} | {'<br>'.join(sorted(collector.tests[identifier])) or '-'} |")


if __name__ == "__main__":
    main()
