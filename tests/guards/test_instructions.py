"""What an operation costs is recorded, and grows on purpose only."""

import tomllib

from benchmarks.in_process import Visitor
from benchmarks.instructions import RECORD, grown
from tests.conftest import ROOT


def test_a_tenth_more_is_let_pass_and_no_more() -> None:
    assert grown({"token": 1.0}, {"token": 1.1}) == []
    assert grown({"token": 1.0}, {"token": 1.2}) == ["token costs 1.200, and 1.000 is recorded"]
    assert grown({}, {"token": 1.0}) == ["token is new"]


def test_every_operation_is_recorded() -> None:
    recorded = tomllib.loads(RECORD.read_text(encoding="utf-8"))
    assert set(recorded) == set(Visitor(lambda *_: [], "host", {}).operations)


def test_every_check_of_the_readme_counts_them() -> None:
    (line,) = (one for one in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if one.startswith("test:"))
    assert "instructions" in line
