"""What each setting means: the words below it where it is defined.

Only the example and the schema show them, so only these read them: every start would wait for it otherwise.
"""

import ast
import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import get_args

from idp.settings.section import Section


@cache
def explained(kind: type[Section]) -> type[Section]:
    """Give every setting of a file its words.

    Args:
        kind: what the file holds.

    Returns:
        the same, with a description of each setting, and of those in every section of it.
    """
    for section in _inner(kind):
        explained(section)
    words = {
        name: text for base in reversed(kind.__mro__) if issubclass(base, Section) for name, text in _words(base)
    }
    for name, field in kind.model_fields.items():
        field.description = field.description or words.get(name)
    kind.model_rebuild(force=True)
    return kind


def _inner(kind: type[Section]) -> Iterator[type[Section]]:
    for field in kind.model_fields.values():
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, Section):
                yield part


def _words(kind: type[Section]) -> Iterator[tuple[str, str]]:
    """Find the text below each setting of a section."""
    body = _classes(inspect.getsourcefile(kind) or "").get(kind.__name__, [])
    for setting, below in pairwise(body):
        match setting, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)


@cache
def _classes(path: str) -> Mapping[str, list[ast.stmt]]:
    module = ast.parse(Path(path).read_text(encoding="utf-8"))
    return {node.name: node.body for node in module.body if isinstance(node, ast.ClassDef)}
