"""Reads the file of the landlord's back office row by row, within limits that no honest file reaches."""

import codecs
import csv
import os
import re
import stat
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from idp.settings.registry import Registry

FILE_BYTES = 50 * 1024 * 1024
ROWS = 500_000
COLUMNS = 64
FIELD = 4096
ROW_BYTES = 128 * 1024  # as long as a field can be for the csv module, which would not say so in our words
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
CP1252_ONLY = re.compile("[\x80-\x9f]")  # control characters in ISO-8859, letters and quotes in cp1252


class UnreadableError(Exception):
    """The file as a whole cannot be trusted; the message says why, without any of its contents."""


class Row(NamedTuple):
    """A row and the number of its first line in the file, the header being line 1."""

    line: int
    cells: list[str]


def read_rows(file: BinaryIO, settings: Registry) -> Iterator[Row]:
    """Read the rows of a file from its start, the header first; blank lines are passed over.

    Args:
        file: a regular file, open for reading bytes.
        settings: encoding and separator.

    Raises:
        UnreadableError: when the file is too large, not in this encoding, or its quotes do not close.
    """
    _check_size(file)
    file.seek(0)
    lines = _Lines(file, settings.encoding)
    reader = csv.reader(lines, delimiter=settings.separator, strict=True)
    count = 0
    while True:
        first = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            raise UnreadableError(
                f"line {first}: a quote is not closed, or stands in the middle of a value"
            ) from None
        lines.in_row = 0
        if not cells:
            continue
        count += 1
        _check_row(first, cells, count)
        yield Row(first, cells)
    lines.check_end()


def _check_size(file: BinaryIO) -> None:
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("this is no file that can be read twice")
    if status.st_size > FILE_BYTES:
        raise UnreadableError(f"the file is larger than {FILE_BYTES // 1024**2} MB")


def _check_row(line: int, cells: list[str], count: int) -> None:
    if count > ROWS + 1:
        raise UnreadableError(f"the file has more than {ROWS:,} rows")
    if len(cells) > COLUMNS:
        raise UnreadableError(f"line {line}: more than {COLUMNS} columns")
    if max(map(len, cells)) > FIELD:
        raise UnreadableError(f"line {line}: a value is longer than {FIELD:,} characters")


class _Lines:
    """The lines of a file as text, read no further than the row that wants them."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self.number = 0
        self.in_row = 0
        self._file = file
        self._encoding = encoding.removesuffix("-sig")
        self._only_utf8: bool | None = None

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        raw = self._file.readline(ROW_BYTES + 1)
        if not raw:
            raise StopIteration
        self.number += 1
        self.in_row += len(raw)
        if self.in_row > ROW_BYTES:
            raise UnreadableError(f"line {self.number}: the row does not end; a quote may be left open")
        if self.number == 1:
            raw = self._without_mark(raw)
            self._check_titles(raw)
        if b"\0" in raw:
            raise UnreadableError(
                f"line {self.number}: holds a NUL character, which no text in {self._encoding} does"
            )
        return self._decoded(raw)

    def check_end(self) -> None:
        """Refuse a file whose every accented line is UTF-8: it was exported in another encoding than configured."""
        if self._only_utf8:
            raise self._other_encoding("utf-8")

    def _check_titles(self, raw: bytes) -> None:
        if self._encoding != "utf-8" and not raw.isascii() and _is_utf8(raw):
            raise self._other_encoding("utf-8")

    def _other_encoding(self, found: str) -> UnreadableError:
        return UnreadableError(f"the file is in {found}, not in {self._encoding}")

    def _without_mark(self, raw: bytes) -> bytes:
        for mark, encoding in BYTE_ORDER_MARKS.items():
            if raw.startswith(mark):
                if encoding != self._encoding:
                    raise self._other_encoding(encoding)
                return raw.removeprefix(mark)
        return raw

    def _decoded(self, raw: bytes) -> str:
        if raw.isascii():
            return raw.decode("ascii")
        if self._encoding != "utf-8" and self._only_utf8 is not False:
            self._only_utf8 = _is_utf8(raw)
        try:
            text = raw.decode(self._encoding)
        except UnicodeDecodeError:
            raise UnreadableError(f"line {self.number}: is not in {self._encoding}") from None
        if self._encoding.startswith("iso") and CP1252_ONLY.search(text):
            raise UnreadableError(f"line {self.number}: is in cp1252, not in {self._encoding}")
        return text


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
