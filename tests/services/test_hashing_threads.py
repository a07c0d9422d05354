"""Hashing on threads of its own."""

import ctypes
import os
import subprocess
import sys
from functools import partial
from threading import Event, get_ident, get_native_id

import pytest

from idp.services.hashing_threads import HashingThreads

LONG = 30.0
PAGES_OF_A_HASH = 19 * 256
MEASURED = """
from pathlib import Path
from threading import Event
from argon2 import PasswordHasher
from idp.services.hashing_threads import HashingThreads, give_memory_back

def held():
    return int(Path("/proc/self/statm").read_text().split()[1])

rested, hasher = Event(), PasswordHasher(time_cost=1, memory_cost=19456, parallelism=1)
hasher.hash("x")
threads, before = HashingThreads(1, quiet=0.01, rest=lambda: (give_memory_back(), rested.set())), held()
threads.run(lambda: hasher.hash("x"))
rested.wait(30)
print(held() - before)
"""
"""Prints how many pages more a process holds after a hash and a rest than before."""


def test_what_a_thread_does_comes_back_or_is_raised() -> None:
    threads = HashingThreads(1)

    def fail() -> None:
        raise ValueError("no")

    assert threads.run(get_ident) != get_ident()
    with pytest.raises(ValueError, match="no"):
        threads.run(fail)
    assert threads.run(get_ident) == threads.run(get_ident)


@pytest.mark.threat("T-78")
@pytest.mark.skipif(sys.platform != "linux", reason="threads have no niceness of their own")
def test_a_password_that_is_verified_lets_everything_else_go_first() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, get_native_id())

    assert HashingThreads(1).run(niceness) == min(niceness() + 10, 19)


@pytest.mark.threat("T-78")
def test_who_comes_first_is_served_first() -> None:
    threads, may_go_on, served = HashingThreads(1), Event(), list[int]()
    threads.submit(lambda: may_go_on.wait(LONG))
    waiting = [threads.submit(partial(served.append, number)) for number in range(50)]
    may_go_on.set()
    for one in waiting:
        one.result(LONG)
    assert served == list(range(50))


def test_memory_is_given_back_where_nobody_signs_in_for_a_moment() -> None:
    rested = Event()
    threads = HashingThreads(1, quiet=0.01, rest=rested.set)
    threads.run(get_ident)
    assert rested.wait(LONG)
    assert threads.run(lambda: "goes on") == "goes on"


def test_memory_is_kept_as_long_as_somebody_signs_in() -> None:
    rested = Event()
    threads = HashingThreads(1, quiet=LONG, rest=rested.set)
    for _ in range(50):
        threads.run(get_ident)
    assert not rested.is_set()


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library is not GNU's")
def test_what_a_hash_filled_is_given_back() -> None:
    found = subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True)
    assert int(found.stdout) < PAGES_OF_A_HASH / 4
