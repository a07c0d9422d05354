"""One line an entry on the standard error output: JSON, or words on a terminal.

An entry holds the fields named here and no others. Of an exception it keeps the kinds and the places, never the
message: messages quote values, and values may be passwords, tokens or people's addresses.
"""

import json
import logging
import sys
from collections.abc import Mapping
from itertools import islice
from traceback import walk_tb
from types import TracebackType

import structlog
from structlog.stdlib import LoggerFactory, ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

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
OWN = "idp"
TEXT_LIMIT = 300
CHAIN_LIMIT = 5
FRAME_LIMIT = 12
DEPTH_LIMIT = 3


class Output(logging.Handler):
    """The standard error output as it is at the moment of writing."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one entry."""
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # named by the standard library
        """Lose an entry that cannot be written: the standard library would print its values instead."""


def configure() -> None:
    """Send every entry of the program and of its libraries, warnings and above of the latter, the same way."""
    before: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    structlog.configure(
        processors=[*before, ProcessorFormatter.wrap_for_formatter],
        logger_factory=LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    handler = Output()
    handler.set_name(OWN)
    handler.setFormatter(
        ProcessorFormatter(
            processors=[describe_exception, keep_known, words if sys.stderr.isatty() else line],
            foreign_pre_chain=before,
        )
    )
    root = logging.getLogger()
    root.handlers = [*(other for other in root.handlers if other.get_name() != OWN), handler]
    logging.getLogger(OWN).setLevel(logging.INFO)


def quieten() -> None:
    """Leave out what is not at least a warning: a person at the command line reads the command's own words."""
    logging.getLogger(OWN).setLevel(logging.WARNING)


def describe_exception(_: WrappedLogger, __: str, entry: EventDict) -> EventDict:
    """Replace an exception by its kinds, outermost first, and the places it passed, innermost first."""
    found = entry.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        entry["error"] = list(islice(_kinds(error), CHAIN_LIMIT))
        entry["where"] = _places(error.__traceback__)
    return entry


def keep_known(_: WrappedLogger, __: str, entry: EventDict) -> EventDict:
    """Keep the known fields, in their order, each bounded."""
    return {field: _bounded(entry[field]) for field in FIELDS if entry.get(field) is not None}


def line(_: WrappedLogger, __: str, entry: EventDict) -> str:
    """Write an entry as one line of JSON in ASCII, so that no character can end the line or hide it."""
    return json.dumps(entry)


def words(_: WrappedLogger, __: str, entry: EventDict) -> str:
    """Write an entry for a person at a terminal, on one line too."""
    rest = " ".join(f"{field}={json.dumps(value)}" for field, value in list(entry.items())[3:])
    event = json.dumps(entry["event"])[1:-1]
    return f"{entry['at'][11:19]} {entry['level']:<7} {event} {rest}".rstrip()


def _bounded(value: object, depth: int = 0) -> object:
    if isinstance(value, bool | int | float):
        return value
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
