"""Argon2id, which takes long and fills much memory on purpose: where it is done, and how many at once."""

import os
from contextlib import suppress
from functools import partial

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from idp.logs import Log
from idp.processors import USABLE
from idp.services.hashing_process import HashingProcess
from idp.services.hashing_threads import HashingThreads
from idp.settings.server import Hashing

log = Log(__name__)
YES, NO = b"yes", b"no"
SEPARATOR = b"\n"


class Argon2id:
    """Makes hashes and verifies them, on threads of this process until there is one for all.

    Args:
        cost: of one hash, and how many at once.
        processes: how many share the machine's processors.

    Attributes:
        process: the one that hashes for all, as long as it lives.
    """

    def __init__(self, cost: Hashing, processes: int = 1) -> None:
        self._hasher = PasswordHasher(
            time_cost=cost.iterations, memory_cost=cost.memory_kib, parallelism=1, type=Type.ID
        )
        self._at_once = cost.at_once or len(USABLE) or os.cpu_count() or 1
        self._threads = HashingThreads(max(1, self._at_once // processes))
        self.process: HashingProcess | None = None

    def share(self) -> None:
        """Start a process that hashes for the present one and all that are forked from it later.

        Where the system does not allow it, each goes on by itself.
        """
        with suppress(OSError):
            self.process = HashingProcess.start(self._answer, HashingThreads(self._at_once))

    def hash(self, secret: bytes, *, here: bool = False) -> str:
        """Hash a secret.

        Args:
            secret: what to hash, without line breaks.
            here: on the calling thread, for somebody who has threads of their own.

        Returns:
            `$argon2id$...`.
        """
        return self._hasher.hash(secret) if here else self._ask(SEPARATOR + secret).decode()

    def verify(self, encoded: str, secret: bytes) -> bool:
        """Compare a secret with its hash."""
        return self._ask(encoded.encode() + SEPARATOR + secret) == YES

    def is_outdated(self, encoded: str) -> bool:
        """Tell whether a hash was made at another cost."""
        return self._hasher.check_needs_rehash(encoded)

    def _ask(self, question: bytes) -> bytes:
        process = self.process
        if process is not None:
            if (answer := process.ask(question)) is not None:
                return answer
            self.process = None
            process.close()
            log.warning("hashing.process_lost")
        return self._threads.run(partial(self._answer, question))

    def _answer(self, question: bytes) -> bytes:
        encoded, _, secret = question.partition(SEPARATOR)
        if not encoded:
            return self._hasher.hash(secret).encode()
        try:
            self._hasher.verify(encoded, secret)
        except (VerificationError, InvalidHashError):
            return NO
        return YES
