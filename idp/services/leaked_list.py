"""Builds and checks lists of leaked passwords, however long, in little memory.

Digests are spread over as many files as their first ten bits can name. Each of them is small enough to be sorted in
memory, and one after the other they are the sorted list.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from idp.services.leaked import SIZE, digest

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

BITS = 10
HELD = 64 * 1024 * 1024  # bytes of digests kept back before they are written to their files
LONGEST_LINE = 4096
REPORT_EVERY = 100_000
CHUNK = 1_000_000 * SIZE
PUBLISHED = re.compile(rb"([0-9A-Fa-f]{40}):[0-9]{1,20}")
MARK = b"\xef\xbb\xbf"


class NotAListError(ValueError):
    """The file is no list of leaked passwords; the message says why."""


def build(out: BinaryIO, sources: Sequence[Path], scratch: Path, progress: Progress) -> int:
    """Write a list of all passwords of some files, sorted, each once.

    Args:
        out: where to write it.
        sources: text files, one password to a line (UTF-8, other bytes are read as Latin-1), or lines such as
            `5BAA61E4...:3730471`: the SHA-1 digest of a password, and how often it was seen.
        scratch: folder for temporary files, as large together as the list with its repetitions.
        progress: told about the advance from time to time.

    Returns:
        how many passwords are in it.
    """
    with TemporaryDirectory(dir=scratch, prefix="leaked-") as folder:
        _spread(sources, Path(folder), progress)
        count = 0
        for number in range(1 << BITS):
            progress("sorting", number, 1 << BITS)
            part = Path(folder, str(number))
            if part.exists():
                entries = sorted(set(_cut(part.read_bytes())))
                out.write(b"".join(entries))
                count += len(entries)
                part.unlink()
        progress("sorting", 1 << BITS, 1 << BITS)
        return count


def check(path: Path, progress: Progress) -> int:
    """Prove that a file is a list: whole entries, each greater than the one before.

    Returns:
        how many passwords are in it.

    Raises:
        NotAListError: where it is not.
    """
    size = path.stat().st_size
    if size % SIZE:
        raise NotAListError(f"{size} bytes are no whole number of entries of {SIZE} bytes")
    with path.open("rb") as file:
        before, done = b"", 0
        while chunk := file.read(CHUNK):
            for place, entry in enumerate(_cut(chunk)):
                if entry <= before:
                    raise NotAListError(f"entry {done // SIZE + place + 1} is not greater than the one before it")
                before = entry
            done += len(chunk)
            progress("checking", done, size)
    return size // SIZE


def digest_of(line: bytes) -> bytes | None:
    """Read one line of a source; None for one that no password of a person can be."""
    text = line.rstrip(b"\r\n")
    published = PUBLISHED.fullmatch(text)
    if published:
        return bytes.fromhex(published[1].decode())
    if not text:
        return None
    try:
        text.decode()
    except UnicodeDecodeError:
        text = text.decode("latin-1").encode()
    return digest(text)


def _spread(sources: Sequence[Path], folder: Path, progress: Progress) -> None:
    """Put every digest into the file of its first bits."""
    total, before = sum(path.stat().st_size for path in sources), 0
    held = [bytearray() for _ in range(1 << BITS)]
    waiting = 0
    for path in sources:
        with path.open("rb") as file:
            for number, line in enumerate(_lines(file)):
                found = digest_of(line)
                if found is not None:
                    held[int.from_bytes(found[:2], "big") >> 16 - BITS] += found
                    waiting += SIZE
                if waiting >= HELD:
                    waiting = _write_down(held, folder)
                if number % REPORT_EVERY == 0:
                    progress("reading", before + file.tell(), total)
            before += file.tell()
    _write_down(held, folder)
    progress("reading", total, total)


def _write_down(held: list[bytearray], folder: Path) -> int:
    """Append what is held back to its files; nothing is held back any more."""
    for number, digests in enumerate(held):
        if digests:
            with Path(folder, str(number)).open("ab") as file:
                file.write(digests)
            digests.clear()
    return 0


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Read lines without their byte order mark, leaving out those that are too long for a password."""
    line = file.readline(LONGEST_LINE).removeprefix(MARK)
    while line:
        if line.endswith(b"\n") or len(line) < LONGEST_LINE - len(MARK):
            yield line
        else:
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE)
        line = file.readline(LONGEST_LINE)


def _cut(entries: bytes) -> Iterator[bytes]:
    return (entries[place : place + SIZE] for place in range(0, len(entries), SIZE))
