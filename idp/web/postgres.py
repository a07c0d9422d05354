"""What connections to PostgreSQL need besides the driver."""

from select import POLLIN, poll
from typing import Any


def stand_alone(connection: Any) -> Any:
    """Let each statement stand alone where no transaction was begun, and return a cursor to execute them with."""
    connection.autocommit = True
    return connection.cursor()


def is_lost(connection: Any) -> bool:
    """Tell whether the server has closed a connection that nobody uses at the moment.

    A server that goes says so on the wire, and has nothing else to say while nobody asks: to look whether something
    has come costs a thousandth of asking it.
    """
    return connection.closed or _has_news(connection.fileno())


def _has_news(descriptor: int) -> bool:
    watched = poll()  # select() would fail in a process with more than a thousand open files
    watched.register(descriptor, POLLIN)
    return bool(watched.poll(0))
