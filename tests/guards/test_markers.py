"""Every mark on a test names something that the documentation explains."""

import ast
from collections.abc import Iterator

import pytest

from tests.guards.sources import modules, shown, tree
from tests.matrix import MARKERS, identifiers, reasons

OF_EVERY_LANDLORD = {f"T-{number:02}" for number in range(1, 25)}


def marks(name: str) -> Iterator[tuple[str, object]]:
    """List the arguments of every `pytest.mark.<name>(...)`, with the module they stand in."""
    for path in modules("tests"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == f"pytest.mark.{name}":
                yield from ((shown(path), getattr(argument, "value", None)) for argument in node.args)


@pytest.mark.parametrize("name", MARKERS)
def test_every_mark_is_explained(name: str) -> None:
    known = set(identifiers(name))
    assert known
    assert {mark for mark in marks(name) if mark[1] not in known} == set()


@pytest.mark.parametrize("name", MARKERS)
def test_no_identifier_is_explained_twice(name: str) -> None:
    found = identifiers(name)
    assert len(found) == len(set(found))


def test_every_line_of_a_journey_and_every_threat_to_accounts_has_a_test_or_a_reason() -> None:
    needed = {*identifiers("journey"), *OF_EVERY_LANDLORD}
    shown_by_a_test = {identifier for name in MARKERS for _, identifier in marks(name)}
    assert needed - shown_by_a_test - set(reasons()) == set()


def test_a_reason_is_given_for_what_exists() -> None:
    assert set(reasons()) <= {identifier for name in MARKERS for identifier in identifiers(name)}
