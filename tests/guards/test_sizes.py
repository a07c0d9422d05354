"""Nothing grows beyond what one reads at one go."""

import pytest

from tests.guards.sources import functions, modules, shown

MODULE_LINES = 250
FUNCTION_LINES = 40
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "base_utils", "shared"}


def test_modules_are_short() -> None:
    lengths = {
        shown(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules("idp", "examples", "benchmarks")
    }
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{shown(path)}: {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in modules("idp", "examples", "benchmarks")
        for function in functions(path)
    }
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}


@pytest.mark.parametrize("folder", ["idp", "examples", "tests"])
def test_modules_are_named_after_what_they_do(folder: str) -> None:
    assert [shown(path) for path in modules(folder) if path.stem in VAGUE] == []
