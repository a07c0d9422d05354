"""How much work a stranger may cause: what is allowed takes milliseconds, and what is looked for takes minutes."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import thread_time

MOST_SECONDS = 5.0
"""Of the processor. Far above what a busy machine, or a pause of Python's for its garbage, adds to milliseconds."""


@contextmanager
def little_work(name: str = "") -> Iterator[None]:
    """Fail when what is done within keeps the processor for seconds.

    Args:
        name: what it is done with, said when it fails.
    """
    began = thread_time()
    yield
    spent = thread_time() - began
    assert spent < MOST_SECONDS, f"{name}: {spent:.1f} s of the processor"
