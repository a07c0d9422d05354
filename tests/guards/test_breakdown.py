"""The table of where the processor's time goes."""

from types import CodeType

from benchmarks import breakdown
from idp.domain import pkce, totp


def code_of(module: object) -> list[CodeType]:
    return [one.__code__ for one in vars(module).values() if hasattr(one, "__code__")]


def test_an_operation_of_few_parts_and_many_functions_has_a_whole_table() -> None:
    functions = [*code_of(pkce), *code_of(totp)]
    lines = breakdown.report("short", dict.fromkeys(functions, 1.0), 1000).splitlines()
    rows = [line for line in lines if line.startswith("| ")][1:]
    assert len(rows) == min(len(functions), breakdown.FUNCTIONS) > 1
    assert {row.count("|") for row in rows} == {6}
    assert rows[0].startswith("| idp/domain | 100.0% | |")
