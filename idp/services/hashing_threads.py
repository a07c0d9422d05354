"""Threads on which passwords are hashed: few, so that a storm of sign-ins leaves processors to everything else.

And always the same: each keeps the memory that argon2 fills. To map it anew for every hash would take as long again.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

R = TypeVar("R")


class HashingThreads:
    """Runs what is given to it on so many threads, in the order in which it comes.

    Args:
        count: how many; further work waits.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._lock = Lock()
        self._made: tuple[int, ThreadPoolExecutor] | None = None

    def run(self, work: Callable[[], R]) -> R:
        """Do a piece of work, and return or raise what it does; the caller waits meanwhile."""
        return self._pool().submit(work).result()

    def _pool(self) -> ThreadPoolExecutor:
        """Make the threads once in each process: those of the process that it came from are not in it."""
        made = self._made
        if made is None or made[0] != os.getpid():
            with self._lock:
                made = self._made
                if made is None or made[0] != os.getpid():
                    made = self._made = os.getpid(), ThreadPoolExecutor(self._count, "hashing")
        return made[1]


def share(processes: int) -> int:
    """Return how many processors are left to each of so many processes, at least one."""
    return max(1, (os.cpu_count() or 1) // processes)
