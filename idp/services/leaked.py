"""Looks passwords up in a list of leaked ones: sorted SHA-1 digests, twenty bytes each and nothing between them.

SHA-1 protects nothing here. It makes entries of one length, and lists of leaked passwords are published that way.
"""

import hashlib
from bisect import bisect_left
from mmap import ACCESS_READ, mmap
from pathlib import Path
from threading import Lock
from typing import NamedTuple

SIZE = hashlib.sha1(usedforsecurity=False).digest_size


class Opened(NamedTuple):
    """A list that is mapped into memory, and which file it was."""

    identity: tuple[int, int, int]
    entries: mmap | None


_opened: dict[Path, Opened] = {}
_lock = Lock()


def digest(password: bytes) -> bytes:
    """Digest a password, in UTF-8, as it stands in a list."""
    return hashlib.sha1(password, usedforsecurity=False).digest()


def holds(path: Path | None, password: str) -> bool:
    """Tell whether a list holds a password.

    Args:
        path: the list; where there is none, or no such file, no password is in it.
        password: as typed.
    """
    entries = _entries(path) if path is not None else None
    if entries is None:
        return False
    wanted = digest(password.encode(errors="surrogatepass"))
    places = range(len(entries) // SIZE)
    place = bisect_left(places, wanted, key=lambda number: entries[number * SIZE : (number + 1) * SIZE])
    return entries[place * SIZE : (place + 1) * SIZE] == wanted


def _entries(path: Path) -> mmap | None:
    """Map a list into memory, once, and again when another file has taken its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    identity = (found.st_ino, found.st_mtime_ns, found.st_size)
    opened = _opened.get(path)
    if opened is None or opened.identity != identity:
        with _lock:
            opened = _opened[path] = Opened(identity, _mapped(path))
    return opened.entries


def _mapped(path: Path) -> mmap | None:
    """Map a file; whoever still reads the former one keeps it until they are done."""
    try:
        with path.open("rb") as file:
            return mmap(file.fileno(), 0, access=ACCESS_READ)
    except (OSError, ValueError):  # gone meanwhile, or empty
        return None
