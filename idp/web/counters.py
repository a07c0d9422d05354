"""Counts requests within one process, for the limits library."""

import time
from threading import Lock

from limits.storage import Storage

SCHEME = "loge"
ROOM = 1000


class Counters(Storage):
    """Fixed windows in a dictionary.

    The storage of that kind in the library starts a thread a hundred times a second to look for what is over; this
    one looks when it has doubled.
    """

    STORAGE_SCHEME = [SCHEME]
    base_exceptions = ValueError

    def __init__(self, uri: str | None = None, **options: bool) -> None:
        super().__init__(uri, **options)
        self._lock = Lock()
        self._windows: dict[str, tuple[int, float]] = {}
        self._room = ROOM

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count a request, and return how many there were in its window, which lasts for `expiry` seconds."""
        now = time.monotonic()
        with self._lock:
            count, end = self._windows.get(key, (0, 0.0))
            if end <= now:
                count, end = 0, now + expiry
                self._tidy(now)
            self._windows[key] = count + amount, end
            return count + amount

    def get(self, key: str) -> int:
        """Return how many requests there were in the present window."""
        count, end = self._windows.get(key, (0, 0.0))
        return count if end > time.monotonic() else 0

    def get_expiry(self, key: str) -> float:
        """Return when the present window ends, in seconds since 1970."""
        _, end = self._windows.get(key, (0, 0.0))
        now = time.monotonic()
        return round(time.time_ns() / 1e9 + max(0.0, end - now))

    def check(self) -> bool:
        """Tell whether it answers, which it does."""
        return True

    def reset(self) -> int:
        """Forget everything, and return how much that was."""
        with self._lock:
            count = len(self._windows)
            self._windows.clear()
            return count

    def clear(self, key: str) -> None:
        """Forget one window."""
        self._windows.pop(key, None)

    def _tidy(self, now: float) -> None:
        """Forget the windows that are over, once there are twice as many as last time."""
        if len(self._windows) >= self._room:
            self._windows = {key: window for key, window in self._windows.items() if window[1] > now}
            self._room = max(ROOM, 2 * len(self._windows))
