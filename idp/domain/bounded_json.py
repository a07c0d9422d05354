"""JSON from strangers: bounded before it is parsed."""

import json
import re

STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # possessive: linear on whatever comes


def parse(text: str, *, max_length: int, max_depth: int, unique: bool = False) -> object:
    """Parse JSON that is neither long nor deep.

    Args:
        text: what a stranger sent.
        max_length: most characters.
        max_depth: most arrays and objects inside each other; a parser without this bound runs out of stack.
        unique: whether a name may stand only once in an object.

    Returns:
        the value.

    Raises:
        ValueError: when it is too long, too deep, ambiguous or no JSON.
    """
    if len(text) > max_length:
        raise ValueError("too long")
    depth = deepest = 0
    for letter in STRING.sub("", text):
        if letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}":
            depth -= 1
    if deepest > max_depth:
        raise ValueError("too deep")
    value: object = json.loads(text, object_pairs_hook=_unique if unique else None, parse_constant=_refuse)
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
