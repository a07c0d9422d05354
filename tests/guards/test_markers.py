"""Every mark on a test names something that the documentation explains."""

import ast
from collections.abc import Iterator

import pytest

from tests.guards.sources import modules, shown, tree
from tests.matrix import MARKERS, identifiers, reasons
from tests.specifications import Specification, specifications

SPECIFICATIONS = {specification.name: specification for specification in specifications()}


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


def test_every_threat_every_line_of_a_journey_and_every_module_has_a_test_or_a_reason() -> None:
    explained = {identifier for name in MARKERS for identifier in identifiers(name)}
    shown_by_a_test = {mark for name in MARKERS for _, mark in marks(name)}
    assert explained - shown_by_a_test == set(reasons())


def spec_marks() -> set[tuple[str, str]]:
    """List every test with each section that its marks name."""
    return {
        (f"{shown(path).removeprefix('tests/')}::{node.name}", str(argument.value))
        for path in modules("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        for mark in node.decorator_list
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.spec"
        for argument in mark.args
        if isinstance(argument, ast.Constant)
    }


@pytest.mark.parametrize("specification", SPECIFICATIONS.values(), ids=list(SPECIFICATIONS))
def test_every_demand_is_shown_by_tests_that_say_so_or_is_left_out_for_a_reason(specification: Specification) -> None:
    named = {
        (test, f"{specification.name} {demand.section}") for demand in specification.demands for test in demand.by
    }
    marked = {mark for mark in spec_marks() if mark[1].rpartition(" ")[0] == specification.name}
    assert named == marked
    assert [demand.must for demand in specification.demands if bool(demand.by) == bool(demand.left_out)] == []
