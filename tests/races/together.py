"""Runs the same thing many times at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def together(times: int, action: Callable[[int], T]) -> list[T]:
    """Start an action in as many threads, all let go at the same moment, and collect what they return."""
    barrier = Barrier(times)

    def start(number: int) -> T:
        barrier.wait()
        return action(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(start, range(times)))
