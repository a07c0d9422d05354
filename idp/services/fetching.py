"""Fetches documents from other servers: the only place that does, and only from where the configuration says."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from idp.settings.client import on_loopback

SECONDS = 3.0
SIZE_LIMIT = 64 * 1024
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")


class NotFetchedError(Exception):
    """A document was not fetched; the reason is for the log."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, whatever its status."""

    status: int
    body: bytes
    mimetype: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a server."""

    method: str
    headers: Mapping[str, str]
    body: bytes | None


class Patience:
    """How long several answers may take together.

    Args:
        seconds: that long, from now on.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Tell how many seconds are left for the next answer.

        Raises:
            NotFetchedError: when there are none.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise NotFetchedError("the answers took too long")
        return min(left, SECONDS)


class Fetcher:
    """Fetches by https from known hosts with public addresses, without following anything anywhere.

    Args:
        hosts: the hosts that the configuration names.
        at_home: whether the loopback may be asked too, by plain http: in a demonstration only.
    """

    def __init__(self, hosts: Iterable[str], *, at_home: bool = False) -> None:
        self._hosts = frozenset(hosts)
        self._at_home = at_home

    def get(self, url: str, patience: Patience | None = None) -> bytes:
        """Fetch a document of at most 64 kB within three seconds.

        Args:
            url: where it is.
            patience: what is left of the time for this and other answers.

        Raises:
            NotFetchedError: when it may not be fetched, or could not.
        """
        answer = self.ask(url, Question("GET", {}, None), patience)
        if answer.status != HTTPStatus.OK:
            raise NotFetchedError(f"the answer is {answer.status}")
        return answer.body

    def ask(self, url: str, question: Question, patience: Patience | None = None) -> Answer:
        """Ask a server, and take its answer of at most 64 kB within three seconds; see `get` for the arguments.

        Raises:
            NotFetchedError: when it may not be asked, or gave no answer.
        """
        parts = urlsplit(url)
        home = self._at_home and on_loopback(url)
        if parts.hostname not in self._hosts or parts.username or not (parts.scheme == "https" or home):
            raise NotFetchedError("the address is none of the configuration's")
        address = _resolve(parts, home)
        seconds = SECONDS if patience is None else patience.left()
        try:
            return _ask(parts, address, question, seconds)
        except (OSError, HTTPException, ValueError) as error:
            raise NotFetchedError(f"{type(error).__name__}") from None


def is_public(address: str) -> bool:
    """Tell whether an address belongs to the public internet, and leads nowhere else in disguise."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and (ip not in GLOBAL_UNICAST or ip in SIX_TO_FOUR):
        return False
    return ip.is_global and not ip.is_multicast


def _resolve(parts: SplitResult, home: bool) -> str:
    """Look the host up once: the address that is checked is the address that is asked."""
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or parts.scheme, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError):
        raise NotFetchedError("the host has no address") from None
    addresses = [str(entry[4][0]) for entry in found]
    good = (lambda address: ipaddress.ip_address(address).is_loopback) if home else is_public
    if not addresses or not all(map(good, addresses)):
        raise NotFetchedError("the host has an address that is not public")
    return addresses[0]


def _ask(parts: SplitResult, address: str, question: Question, seconds: float) -> Answer:
    assert parts.hostname is not None
    secure = parts.scheme == "https"
    end = time.monotonic() + seconds
    with socket.create_connection((address, parts.port or (443 if secure else 80)), seconds) as plain:
        plain.settimeout(max(0.1, end - time.monotonic()))
        if not secure:
            return _read(plain, parts, question, end)
        with ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname) as wrapped:
            return _read(wrapped, parts, question, end)


def _read(link: socket.socket, parts: SplitResult, question: Question, end: float) -> Answer:
    """Ask over a connection that stands, and hang up at the end however slowly the answer trickles in."""
    connection = HTTPConnection(parts.netloc)
    connection.sock = link
    timer = Timer(max(0.1, end - time.monotonic()), _hang_up, (link,))
    timer.start()
    try:
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        always = {"Host": parts.netloc, "Accept": "application/json", "Accept-Encoding": "identity"}
        connection.request(question.method, path, question.body, {**always, **question.headers})
        answer = connection.getresponse()
        body = answer.read(SIZE_LIMIT + 1)
    finally:
        timer.cancel()
    if len(body) > SIZE_LIMIT or time.monotonic() >= end:
        raise NotFetchedError("the answer is too large, or took too long")
    return Answer(answer.status, body, answer.headers.get_content_type())


def _hang_up(link: socket.socket) -> None:
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
