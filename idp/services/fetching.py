"""Fetches documents from other servers: the only place that does, and only from where the configuration says."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
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


class Fetcher:
    """Fetches by https from known hosts with public addresses, without following anything anywhere.

    Args:
        hosts: the hosts that the configuration names.
        at_home: whether the loopback may be asked too, by plain http: in a demonstration only.
    """

    def __init__(self, hosts: Iterable[str], *, at_home: bool = False) -> None:
        self._hosts = frozenset(hosts)
        self._at_home = at_home

    def get(self, url: str) -> bytes:
        """Fetch a document of at most 64 kB within three seconds.

        Raises:
            NotFetchedError: when it may not be fetched, or could not.
        """
        parts = urlsplit(url)
        home = self._at_home and on_loopback(url)
        if parts.hostname not in self._hosts or parts.username or not (parts.scheme == "https" or home):
            raise NotFetchedError("the address is none of the configuration's")
        address = _resolve(parts, home)
        try:
            return _get(parts, address)
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


def _get(parts: SplitResult, address: str) -> bytes:
    assert parts.hostname is not None
    secure = parts.scheme == "https"
    end = time.monotonic() + SECONDS
    with socket.create_connection((address, parts.port or (443 if secure else 80)), SECONDS) as plain:
        plain.settimeout(max(0.1, end - time.monotonic()))
        if not secure:
            return _read(plain, parts, end)
        with ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname) as wrapped:
            return _read(wrapped, parts, end)


def _read(link: socket.socket, parts: SplitResult, end: float) -> bytes:
    """Ask over a connection that stands, and hang up at the end however slowly the answer trickles in."""
    connection = HTTPConnection(parts.netloc)
    connection.sock = link
    timer = Timer(max(0.1, end - time.monotonic()), _hang_up, (link,))
    timer.start()
    try:
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        headers = {"Host": parts.netloc, "Accept": "application/json", "Accept-Encoding": "identity"}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        if answer.status != HTTPStatus.OK:
            raise NotFetchedError(f"the answer is {answer.status}")
        body = answer.read(SIZE_LIMIT + 1)
    finally:
        timer.cancel()
    if len(body) > SIZE_LIMIT or time.monotonic() >= end:
        raise NotFetchedError("the answer is too large, or took too long")
    return body


def _hang_up(link: socket.socket) -> None:
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
