"""What the specifications demand, one file each, and the tests that show it.

Every demand names its section, what MUST be in words of our own, and either the tests that show it
(`rfc9126_par::an_error_is_an_answer_too` stands for `oidc/test_rfc9126_par.py::test_an_error_is_an_answer_too`; other
folders are named) or why it is left out. Each of those tests carries the mark of that section, and a guard
holds the two together.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Demand:
    """Something that an implementation of a specification MUST do.

    Attributes:
        section: where it stands.
        must: what it is.
        by: tests that show it, as addresses below `tests/`.
        left_out: why there is none.
    """

    section: str
    must: str
    by: tuple[str, ...]
    left_out: str


@dataclass(frozen=True)
class Specification:
    """One specification, by the name its marks begin with."""

    name: str
    title: str
    demands: tuple[Demand, ...]


def specifications() -> list[Specification]:
    """Read every file."""
    return [_read(path) for path in sorted(HERE.glob("*.toml"))]


def _read(path: Path) -> Specification:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    demands = tuple(
        Demand(row["section"], row["must"], tuple(map(_address, row.get("by", ()))), row.get("left_out", ""))
        for row in content["demands"]
    )
    return Specification(content["name"], content["title"], demands)


def _address(short: str) -> str:
    where, function = short.split("::")
    folder, _, module = where.rpartition("/")
    return f"{folder or 'oidc'}/test_{module}.py::test_{function}"
