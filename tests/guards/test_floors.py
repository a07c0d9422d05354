"""The floors hold: who imports whom, who reads the clock, who ends a transaction."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.guards.sources import ROOT, modules, shown, tree

CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
THE_CLOCK = "idp/web/runtime.py"
RANDOM_OR_OUTSIDE = {"random", "secrets", "os", "time", "socket", "pathlib", "subprocess", "logging"}


def calls(path: Path) -> set[tuple[str, str]]:
    """List the `owner.method(...)` calls of a module."""
    return {
        (owner.id if isinstance(owner, ast.Name) else owner.attr, node.func.attr)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(owner := node.func.value, ast.Name | ast.Attribute)
    }


def imported(path: Path) -> set[str]:
    """List the top-level packages that a module imports."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_imports_go_one_way_only() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_time_comes_in_at_one_place() -> None:
    readers = {shown(path): calls(path) & CLOCKS for path in modules("idp") if shown(path) != THE_CLOCK}
    assert {name: found for name, found in readers.items() if found} == {}


def test_domain_neither_draws_nor_reaches_out() -> None:
    reaching = {shown(path): imported(path) & RANDOM_OR_OUTSIDE for path in modules("idp/domain")}
    assert {name: found for name, found in reaching.items() if found} == {}


def test_services_never_end_the_transaction() -> None:
    enders = {
        shown(path): method
        for path in modules("idp/services", "idp/models", "idp/domain")
        for _, method in calls(path)
        if method in ("commit", "rollback")
    }
    assert enders == {}
