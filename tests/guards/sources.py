"""The project's own files, as the guards read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SKIPPED = {
    ".git",
    ".venv",
    "node_modules",
    "var",
    "build",
    "dist",
    "screenshots",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: str) -> list[Path]:
    """List the Python modules below some folders of the project; folders that do not exist hold none."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if ".venv" not in path.relative_to(ROOT).parts)


def shown(path: Path) -> str:
    """Name a file as people do, from the root of the project."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    """Parse a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """List the functions and methods of a module."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def files() -> Iterator[Path]:
    """List every file of the project that a person reads."""
    for entry in ROOT.iterdir():
        if entry.name in SKIPPED or entry.name.endswith(".egg-info"):
            continue
        found = entry.rglob("*") if entry.is_dir() else iter([entry])
        yield from (path for path in found if path.is_file() and not SKIPPED.intersection(path.parts))
