"""Cuts long work into pieces that one statement can carry."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Cut items into lists, drawing no more of them than the next list needs.

    Args:
        items: what to cut.
        size: items in each list but the last.
    """
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
