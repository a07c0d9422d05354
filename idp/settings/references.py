"""`${NAME}` and `${NAME:-default}` in the text values of a configuration file."""

import re
from collections.abc import Mapping
from typing import Any

from idp.settings.problem import Problem

REFERENCE = re.compile(r"\$\{(?:([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}|)")


def fill(
    table: Mapping[str, Any], environ: Mapping[str, str], file: str, problems: list[Problem], within: str = ""
) -> dict[str, Any]:
    """Fill the references in a table and the tables in it.

    As in a shell, the default stands for a variable that is empty too.

    Args:
        table: values as read from the file.
        environ: the environment.
        file: name of the file, for problems.
        problems: where a reference that cannot be filled is added.
        within: key of the table in the file.

    Returns:
        a new table with every reference filled.
    """
    return {name: _filled(value, environ, file, f"{within}{name}", problems) for name, value in table.items()}


def _filled(value: object, environ: Mapping[str, str], file: str, key: str, problems: list[Problem]) -> object:
    if isinstance(value, dict):
        return fill(value, environ, file, problems, f"{key}.")
    if isinstance(value, list):
        return [_filled(item, environ, file, f"{key}.{place}", problems) for place, item in enumerate(value)]
    if not isinstance(value, str):
        return value

    def look_up(match: re.Match[str]) -> str:
        name: str | None = match[1]
        default: str | None = match[2]
        if name is None:
            problems.append(Problem(file, key, "", "write a reference as ${NAME} or ${NAME:-default}, in capitals"))
            return ""
        found = environ.get(name)
        if not found and default is not None:
            return default
        if found is None:
            problems.append(Problem(file, key, match[0], f"the environment has no {name}"))
        return found or ""

    return REFERENCE.sub(look_up, value)
