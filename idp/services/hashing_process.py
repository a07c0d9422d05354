"""A process that hashes passwords for all that serve, in the order in which they ask.

Connections come to the serving processes by chance: where each hashed by itself, people waited long in one while
another had nothing to do, and as many hashes at once as there are threads in all of them pushed each other out of the
processors' caches. It is forked before the others, and they inherit the socket on which it is asked. With every
question comes the socket for its answer, so nobody else can give one, and who asks a process that has died is not
kept waiting.
"""

import os
import signal
import socket
from collections.abc import Callable
from functools import partial
from typing import NoReturn

from idp.services.hashing_threads import HashingThreads

LONGEST = 4096
"""Most bytes of a question or an answer."""
IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""It ends when nobody is left who might ask: processes that are told to stop still finish what people wait for."""
Answer = Callable[[bytes], bytes]


class HashingProcess:
    """The process, as those see it who ask.

    Attributes:
        pid: its number.
    """

    def __init__(self, pid: int, door: socket.socket) -> None:
        self.pid = pid
        self._door = door

    @classmethod
    def start(cls, answer: Answer, threads: HashingThreads) -> "HashingProcess":
        """Fork it from the present process.

        Args:
            answer: makes an answer of a question, neither of them empty.
            threads: on which it does so.

        Raises:
            OSError: where the system has no such sockets, or no room for another process.
        """
        ours, theirs = _pair()
        with theirs:
            try:
                pid = os.fork()
            except OSError:
                ours.close()
                raise
            if pid == 0:
                ours.close()
                _serve(theirs, answer, threads)
        return cls(pid, ours)

    def close(self) -> None:
        """Ask it no more; once everybody has done so or ended, it ends too."""
        self._door.close()

    def ask(self, question: bytes) -> bytes | None:
        """Return the answer; None where there is none, for the process has died or was too short of something."""
        try:
            ours, theirs = _pair()
            with ours:
                with theirs:
                    socket.send_fds(self._door, [question], [theirs.fileno()])
                return ours.recv(LONGEST) or None
        except OSError:
            return None


def _pair() -> tuple[socket.socket, socket.socket]:
    """Make a pair that keeps messages whole, and tells each end when the other is gone."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def _serve(door: socket.socket, answer: Answer, threads: HashingThreads) -> NoReturn:
    try:
        for one in IGNORED:
            signal.signal(one, signal.SIG_IGN)
        while True:
            question, sockets, _, _ = socket.recv_fds(door, LONGEST, 1)
            if not question:
                break
            for asker in sockets:  # none where no more files may be open: then the asker sees its socket closed
                threads.submit(partial(_reply, socket.socket(fileno=asker), answer, question))
    finally:
        os._exit(os.EX_OK)


def _reply(asker: socket.socket, answer: Answer, question: bytes) -> None:
    with asker:
        asker.send(answer(question))
