"""Each serving process stays on a processor of its own, and passwords are hashed on any."""

import os
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import pytest

from idp.processors import USABLE, Places
from idp.services.hashing_threads import HashingThreads

pytestmark = pytest.mark.skipif(not USABLE, reason="the system does not say which processors there are")
Look = Callable[[Places], set[int]]
LONG = 30
CONTEXT = get_context("fork")


def settled(places: Places) -> set[int]:
    """Settle, and tell where one is."""
    places.settle()
    return os.sched_getaffinity(0)


def hashes_at(places: Places) -> set[int]:
    """Settle, and tell where passwords are hashed."""
    places.settle()
    return HashingThreads(1).run(lambda: os.sched_getaffinity(0))


@pytest.fixture
def begin() -> Iterator[Callable[[Places, Look], tuple[BaseProcess, set[int]]]]:
    """Begins a process that looks around, and lives until it is told to end or the test is over."""
    begun: list[BaseProcess] = []

    def live(places: Places, look: Look, told: Connection) -> None:
        told.send(look(places))
        told.recv()

    def begin(places: Places, look: Look = settled) -> tuple[BaseProcess, set[int]]:
        ours, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(target=live, args=(places, look, theirs), daemon=True)
        process.start()
        begun.append(process)
        assert ours.poll(LONG)
        return process, ours.recv()

    yield begin
    for process in begun:
        process.kill()
        process.join(LONG)


Begin = Callable[..., tuple[BaseProcess, set[int]]]


def test_each_process_has_a_processor_of_its_own(begin: Begin) -> None:
    places = Places(len(USABLE))
    found = [begin(places)[1] for _ in USABLE]
    assert {frozenset(one) for one in found} == {frozenset({one}) for one in USABLE}


def test_who_comes_in_place_of_a_process_that_died_gets_its_processor(begin: Begin) -> None:
    places = Places(len(USABLE))
    processes = [begin(places) for _ in USABLE]
    died, where = processes[-1]
    died.kill()
    died.join(LONG)
    assert begin(places)[1] == where


def test_more_processes_than_processors_share_them_evenly(begin: Begin) -> None:
    places = Places(2 * len(USABLE))
    found = [begin(places)[1] for _ in range(2 * len(USABLE))]
    assert all(found.count({one}) == 2 for one in USABLE)


def test_fewer_processes_than_processors_go_wherever_there_is_room(begin: Begin) -> None:
    assert begin(Places(1, usable=(*USABLE, max(USABLE) + 1)))[1] == set(USABLE)


def test_passwords_are_hashed_wherever_there_is_room(begin: Begin) -> None:
    assert begin(Places(len(USABLE)), hashes_at)[1] == set(USABLE)


def test_a_system_that_allows_none_of_it_is_no_hindrance(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    assert begin(Places(len(USABLE)), hashes_at)[1] == set(USABLE)
