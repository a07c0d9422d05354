"""One process hashes for all: in their order, and never in anybody's way when it has died."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection

import pytest

from idp.services.hashing import Argon2id
from idp.services.hashing_process import HashingProcess
from idp.services.hashing_threads import HashingThreads
from idp.settings.server import Hashing

CHEAP = Hashing(memory_kib=64, iterations=1)
SECRET = b"c2VjcmV0"
LONG = 60
Start = Callable[..., HashingProcess]


def is_over(process: HashingProcess) -> bool:
    """Wait until a process has ended, and take note of it."""
    return os.waitpid(process.pid, 0)[0] == process.pid


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[HashingProcess] = []

    def begin(answer: Callable[[bytes], bytes], count: int = 1) -> HashingProcess:
        started.append(HashingProcess.start(answer, HashingThreads(count)))
        return started[-1]

    yield begin
    for one in started:
        one.close()
        assert is_over(one)


def test_another_process_answers(start: Start) -> None:
    process = start(lambda question: f"{os.getpid()} {question.decode()}".encode())
    assert process.ask(b"who?") == f"{process.pid} who?".encode()


def test_everybody_who_came_of_the_same_process_may_ask(start: Start) -> None:
    process = start(lambda question: question[::-1])
    context = get_context("fork")
    ours, theirs = context.Pipe()

    def ask(told: Connection) -> None:
        told.send(process.ask(b"123"))

    child = context.Process(target=ask, args=(theirs,))
    child.start()
    assert ours.poll(LONG)
    assert ours.recv() == b"321"
    child.join(LONG)


def test_each_gets_their_own_answer(start: Start) -> None:
    process = start(lambda question: question * 2, 2)
    with ThreadPoolExecutor(8) as pool:
        questions = [str(number).encode() for number in range(200)]
        assert list(pool.map(process.ask, questions)) == [question * 2 for question in questions]


def test_a_question_that_cannot_be_answered_ends_nothing(start: Start) -> None:
    process = start(lambda question: str(1 // int(question)).encode())
    assert process.ask(b"0") is None
    assert process.ask(b"1") == b"1"


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_who_is_told_to_stop_still_finishes_what_people_wait_for(start: Start, told: signal.Signals) -> None:
    process = start(lambda question: question)
    assert process.ask(b"is it up?")
    os.kill(process.pid, told)
    assert process.ask(b"still?") == b"still?"


def test_it_ends_when_nobody_is_left_who_might_ask() -> None:
    process = HashingProcess.start(lambda question: question, HashingThreads(1))
    process.close()
    assert os.waitpid(process.pid, 0) == (process.pid, 0)


@pytest.mark.threat("T-78")
def test_who_waits_for_an_answer_when_it_dies_is_not_kept_waiting() -> None:
    def die(_: bytes) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return b"never"

    process = HashingProcess.start(die, HashingThreads(1))
    assert process.ask(b"?") is None
    assert is_over(process)
    assert process.ask(b"?") is None
    process.close()


def test_a_hash_is_the_same_wherever_it_is_made() -> None:
    alone, shared = Argon2id(CHEAP), Argon2id(CHEAP)
    shared.share()
    hashed = shared.hash(SECRET)
    assert hashed.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert alone.verify(hashed, SECRET)
    assert shared.verify(alone.hash(SECRET), SECRET)
    assert not shared.verify(hashed, SECRET + b"x")
    assert not shared.verify("$of$another$kind", SECRET)
    assert shared.process is not None
    shared.process.close()
    assert is_over(shared.process)


@pytest.mark.threat("T-78")
def test_passwords_are_verified_all_the_same_when_the_process_has_died(
    capsys: pytest.CaptureFixture[str],
) -> None:
    argon2id = Argon2id(CHEAP)
    argon2id.share()
    hashed = argon2id.hash(SECRET)
    process = argon2id.process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    assert is_over(process)
    assert argon2id.verify(hashed, SECRET)
    assert not argon2id.verify(hashed, SECRET + b"x")
    assert capsys.readouterr().err.count("hashing.process_lost") == 1


def test_where_no_process_can_be_started_each_hashes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise OSError

    monkeypatch.setattr(os, "fork", fail)
    argon2id = Argon2id(CHEAP)
    argon2id.share()
    assert argon2id.verify(argon2id.hash(SECRET), SECRET)


@pytest.mark.threat("T-78")
@pytest.mark.parametrize(("at_once", "processes", "hashes"), [(1, 1, 1), (1, 4, 1), (4, 2, 2), (8, 1, 8), (8, 3, 2)])
def test_a_process_that_hashes_by_itself_does_its_share(
    at_once: int, processes: int, hashes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    monkeypatch.setattr("idp.services.hashing.HashingThreads", counts.append)
    Argon2id(Hashing(at_once=at_once), processes)
    assert counts == [hashes]
