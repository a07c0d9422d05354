"""On which processors a serving process works, and which of its threads come first.

Of the threads of a process one runs Python at a time, and hands the interpreter on at every statement, every
signature and every line of the log. Where they are on several processors, each time another one is woken, and often
for nothing; on one they just go on. So where there is a process for each processor, it stays on its own.
"""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing import get_context
from threading import get_native_id

PATIENCE_SECONDS = 1.0
NICER = 10
"""By so much, which is a tenth of the weight: less gives little, and more has people wait who sign in."""


def _usable() -> tuple[int, ...]:
    """List the processors that this process may use; none where the system does not say."""
    return tuple(sorted(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else ()


USABLE = _usable()
"""Those of the whole server, as it found them when it started."""


class Places:
    """Gives each process of a server a processor of its own, where there are processes for all of them.

    Args:
        processes: how many there will be.
        usable: the processors.
    """

    def __init__(self, processes: int, usable: tuple[int, ...] = USABLE) -> None:
        self._usable = usable if processes >= len(usable) else ()
        context = get_context("fork")
        self._lock, self._taken = context.Lock(), context.Array("q", max(1, processes), lock=False)

    def settle(self) -> None:
        """Have the present process, and threads that it starts from now on, stay on one processor."""
        if self._usable:
            _use({self._usable[self._place() % len(self._usable)]})

    def _place(self) -> int:
        """Take the first place that nobody has; without one, or where somebody died in the middle of this, any."""
        if not self._lock.acquire(timeout=PATIENCE_SECONDS):
            return os.getpid()
        try:
            free = [place for place, pid in enumerate(self._taken) if not pid or not _runs(pid)]
            if not free:
                return os.getpid()
            self._taken[free[0]] = os.getpid()
            return free[0]
        finally:
            self._lock.release()


def roam() -> None:
    """Have the present thread use every processor again: what it does needs no interpreter."""
    if USABLE:
        _use(USABLE)


def give_way() -> None:
    """Let every other thread of the service have the processor first; the present one gets a tenth of a wanted one.

    Only on Linux a thread has a niceness of its own (sched(7)); elsewhere, or where it is refused, nothing changes.
    """
    if sys.platform == "linux":
        thread = get_native_id()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICER)


def _use(processors: Iterable[int]) -> None:
    """Bind the present thread; a system that does not allow it, or has taken a processor away, is no hindrance."""
    with suppress(OSError):
        os.sched_setaffinity(0, processors)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
