"""JSON from strangers: bounded before it is parsed."""

import json
import re

STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # possessive: linear on whatever comes


def parse(text: str, *, max_length: int, max_depth: int) -> object:
    """Parse JSON that is neither long nor deep.

    Args:
        text: what a stranger sent.
        max_length: most characters.
        max_depth: most arrays and objects inside each other; a parser without this bound runs out of stack.

    Returns:
        the value.

    Raises:
        ValueError: when it is too long, too deep or no JSON.
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
    value: object = json.loads(text)
    return value
