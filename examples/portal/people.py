"""Who is signed in: kept here, so that the browser holds a random name only and no token."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

Kept = TypeVar("Kept")
MOST = 1000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in.

    Attributes:
        claims: what the provider says of them.
        id_token: shown to the provider again at sign-out.
    """

    claims: dict[str, object]
    id_token: str = field(repr=False)


class Shelf(Generic[Kept]):
    """Keeps things under a name for a while, in memory; when it is full the oldest go.

    Args:
        lifetime: seconds for which a thing is kept.
        clock: seconds, never going back.
    """

    def __init__(self, lifetime: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lifetime = lifetime
        self._clock = clock
        self._kept: dict[str, tuple[float, Kept]] = {}
        self._lock = Lock()

    def add(self, thing: Kept) -> str:
        """Keep a thing under a new random name."""
        name = secrets.token_urlsafe(32)
        self.set(name, thing)
        return name

    def set(self, name: str, thing: Kept, timeout: float | None = None) -> None:
        """Keep a thing under a name, for `timeout` seconds where given."""
        now = self._clock()
        with self._lock:
            self._kept = {other: kept for other, kept in self._kept.items() if kept[0] > now}
            while len(self._kept) >= MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[name] = (now + (timeout or self._lifetime), thing)

    def get(self, name: str) -> Kept | None:
        """Find a thing by its name."""
        with self._lock:
            until, thing = self._kept.get(name, (0.0, None))
        return thing if until > self._clock() else None

    def delete(self, name: str) -> None:
        """Forget a thing."""
        with self._lock:
            self._kept.pop(name, None)
