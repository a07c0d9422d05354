"""One line an entry on the standard error output: JSON, or words on a terminal.

An entry holds the fields named here and no others. Of an exception it keeps the kinds and the places, never the
message: messages quote values, and values may be passwords, tokens or people's addresses.
"""

import json
import logging
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from traceback import walk_tb
from types import TracebackType

import orjson

FIELDS = (
    "at",
    "level",
    "event",
    "landlord",
    "method",
    "endpoint",
    "status",
    "milliseconds",
    "network",
    "account",
    "holder",
    "client",
    "details",
    "reference",
    "mail",
    "kind",
    "attempts",
    "count",
    "seconds",
    "error",
    "where",
)
KNOWN = frozenset(FIELDS)
PLAIN = frozenset((bool, int, float))
OWN = "idp"
TEXT_LIMIT = 300
CHAIN_LIMIT = 5
FRAME_LIMIT = 12
DEPTH_LIMIT = 3
MICROSECONDS = 1_000_000

Entry = dict[str, object]


class Log:
    """Writes the entries of one part of the program.

    Args:
        name: the part, below `idp`.
    """

    def __init__(self, name: str) -> None:
        self._gate = logging.getLogger(name)

    def info(self, event: str, **fields: object) -> None:
        """Write what is as it should be."""
        if self._gate.isEnabledFor(logging.INFO):
            write("info", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Write what somebody should look at."""
        if self._gate.isEnabledFor(logging.WARNING):
            write("warning", event, fields)

    def exception(self, event: str, **fields: object) -> None:
        """Write what went wrong, from where it is caught."""
        if self._gate.isEnabledFor(logging.ERROR):
            write("error", event, fields | described(sys.exc_info()[1]))


class OfLibraries(logging.Handler):
    """Writes what libraries say through the standard library."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one entry."""
        try:
            error = record.exc_info[1] if record.exc_info else None
            write(record.levelname.lower(), record.getMessage(), described(error))
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # named by the standard library
        """Lose an entry that cannot be written: the standard library would print its values instead."""


def configure() -> None:
    """Send every entry of the program and of its libraries, warnings and above of the latter, the same way."""
    handler = OfLibraries()
    handler.set_name(OWN)
    root = logging.getLogger()
    root.handlers = [*(other for other in root.handlers if other.get_name() != OWN), handler]
    logging.getLogger(OWN).setLevel(logging.INFO)
    _output.form = words if sys.stderr.isatty() else line


def quieten() -> None:
    """Leave out what is not at least a warning: a person at the command line reads the command's own words."""
    logging.getLogger(OWN).setLevel(logging.WARNING)


def write(level: str, event: str, fields: Mapping[str, object]) -> None:
    """Write an entry, with the known fields among those given, each bounded; what cannot be written is lost."""
    entry: Entry = {"at": _now(), "level": level, "event": event[:TEXT_LIMIT]}
    for field, value in fields.items():
        if value is not None and field in KNOWN:
            is_short = len(value) <= TEXT_LIMIT if type(value) is str else type(value) in PLAIN
            entry[field] = value if is_short else _bounded(value)
    try:
        sys.stderr.write(_output.form(entry) + "\n")
    except (OSError, ValueError):
        return


def described(error: BaseException | None) -> Entry:
    """Describe an exception by its kinds, outermost first, and the places it passed, innermost first."""
    if error is None:
        return {}
    return {"error": list(islice(_kinds(error), CHAIN_LIMIT)), "where": _places(error.__traceback__)}


def line(entry: Entry) -> str:
    """Write an entry as one line of JSON in ASCII, so that no character can end the line or hide it."""
    written = orjson.dumps(entry)
    return written.decode() if written.isascii() else json.dumps(entry)


def words(entry: Entry) -> str:
    """Write an entry for a person at a terminal, on one line too."""
    rest = " ".join(f"{field}={json.dumps(value)}" for field, value in list(entry.items())[3:])
    event = json.dumps(entry["event"])[1:-1]
    return f"{str(entry['at'])[11:19]} {entry['level']:<7} {event} {rest}".rstrip()


@dataclass
class _Output:
    form: Callable[[Entry], str] = line


_output = _Output()


def _now() -> str:
    """Read the time for the log, which alone shows fractions of a second."""
    seconds, rest = divmod(time.time_ns() // 1000, MICROSECONDS)
    return f"{_second(seconds)}.{rest:06d}Z"


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def _bounded(value: object, depth: int = 0) -> object:
    if isinstance(value, bool | int | float):
        return value
    if type(value) is str:
        return value[:TEXT_LIMIT]
    if depth < DEPTH_LIMIT and isinstance(value, Mapping):
        return {str(key)[:TEXT_LIMIT]: _bounded(item, depth + 1) for key, item in value.items()}
    if depth < DEPTH_LIMIT and isinstance(value, list | tuple):
        return [_bounded(item, depth + 1) for item in value]
    return str(value)[:TEXT_LIMIT]


def _kinds(error: BaseException | None) -> list[str]:
    found = []
    while error is not None:
        state = getattr(error, "sqlstate", None)
        found.append(f"{type(error).__module__}.{type(error).__qualname__}" + (f" {state}" if state else ""))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _places(trace: TracebackType | None) -> list[str]:
    frames = [
        f"{frame.f_globals.get('__name__', '?')}:{number} {frame.f_code.co_name}" for frame, number in walk_tb(trace)
    ]
    return frames[: -FRAME_LIMIT - 1 : -1]
