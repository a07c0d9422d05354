"""Threads on which passwords are hashed: few, so that a storm of sign-ins leaves processors to everything else.

And always the same: each keeps the memory that argon2 fills, since to map it anew for every hash would take as long
again. Where nobody signs in for a moment, it is given back.
"""

import ctypes
import os
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from idp.processors import give_way, roam

R = TypeVar("R")
Tasks = SimpleQueue[tuple["Future[Any]", Callable[[], Any]]]
QUIET_SECONDS = 1.0
M_TRIM_THRESHOLD = -1
LARGE = 128 * 1024
KEPT = 64 * 1024 * 1024
"""Bytes that stay with a thread while it works: what glibc chooses by itself is twice the largest block so far."""


def give_memory_back() -> None:
    """Return to the system what the process, and above all this thread, has freed; a hash leaves megabytes.

    The C library of GNU does so by itself for the end of each thread's memory only, above a threshold, when something
    large is freed; and only when asked for what is free in between. Others return memory anyway.
    """
    library = ctypes.CDLL(None)
    if not hasattr(library, "malloc_trim"):
        return
    library.malloc.restype, library.free.argtypes = ctypes.c_void_p, (ctypes.c_void_p,)
    library.mallopt(M_TRIM_THRESHOLD, 0)
    library.free(library.malloc(LARGE))
    library.mallopt(M_TRIM_THRESHOLD, KEPT)
    library.malloc_trim(0)


class HashingThreads:
    """Runs what is given to it on so many threads, in the order in which it comes.

    Args:
        count: how many; further work waits.
        quiet: seconds without work after which a thread calls `rest`.
        rest: what is done then, once.
    """

    def __init__(
        self, count: int, *, quiet: float = QUIET_SECONDS, rest: Callable[[], object] = give_memory_back
    ) -> None:
        self._count = count
        self._quiet, self._rest = quiet, rest
        self._lock = Lock()
        self._made: tuple[int, Tasks] | None = None

    def run(self, work: Callable[[], R]) -> R:
        """Do a piece of work, and return or raise what it does; the caller waits meanwhile."""
        return self.submit(work).result()

    def submit(self, work: Callable[[], R]) -> "Future[R]":
        """Have a piece of work done, and go on meanwhile; what it returns or raises is in the future."""
        outcome: Future[R] = Future()
        self._tasks().put((outcome, work))
        return outcome

    def _tasks(self) -> Tasks:
        """Make the threads once in each process: those of the process that it came from are not in it."""
        made = self._made
        if made is None or made[0] != os.getpid():
            with self._lock:
                made = self._made
                if made is None or made[0] != os.getpid():
                    made = self._made = os.getpid(), SimpleQueue()
                    for number in range(self._count):
                        Thread(target=self._serve, args=(made[1],), name=f"hashing-{number}", daemon=True).start()
        return made[1]

    def _serve(self, tasks: Tasks) -> None:
        roam()
        give_way()
        while True:
            outcome, work = self._next(tasks)
            try:
                outcome.set_result(work())
            except BaseException as error:
                outcome.set_exception(error)
            del outcome, work  # what a caller may be done with is not kept until the next one comes

    def _next(self, tasks: Tasks) -> tuple["Future[Any]", Callable[[], Any]]:
        try:
            return tasks.get(timeout=self._quiet)
        except Empty:
            self._rest()
            return tasks.get()
