"""What is asked at the side door, by an app or in the plain case by a browser, and what it is answered."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from http import HTTPStatus
from typing import Any, Protocol, cast
from urllib.parse import urlencode
from wsgiref.types import WSGIEnvironment

import orjson
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import parse_cookie
from werkzeug.wsgi import get_input_stream

from idp.services.work import Origin, Work
from idp.settings.landlord import Landlord
from idp.web.app_sessions import AppSession
from idp.web.cookies import BROWSER, DEVICE, TRUSTED, cookie_name
from idp.web.language import without_asking
from idp.web.network import network_of
from idp.web.pre_session import PRE_SESSIONS, PreSession, PreSessions
from idp.web.runtime import Runtime

BODY_LIMIT = 64 * 1024
REFERENCE = re.compile(r"(?:journey=([\w-]+))?", re.ASCII)
"""The query of an address that goes on with a journey, or of none."""
PATHS = "loge.paths"
"""Where the application keeps its own addresses, by endpoint, as far as nothing in them varies."""
JSON = "application/json"
Headers = Iterable[tuple[str, str]]


class Carrier(Protocol):
    """A request as far as its parameters are concerned; Flask's are of the kind, too."""

    @property
    def method(self) -> str:
        """The HTTP method."""

    @property
    def query_string(self) -> bytes:
        """The query, as it came."""

    @property
    def mimetype(self) -> str:
        """The media type of the body, without its parameters, in lower case."""

    def get_data(self) -> bytes:
        """Return the body.

        Raises:
            RequestEntityTooLarge: when it is longer than any that is taken.
        """


@dataclass
class Asked:
    """One request.

    Attributes:
        environ: what the server says of it.
        landlord: whom it is for.
        runtime: what the application was built with.
        kept: what the application keeps from its beginning on, by name.
        session: where its transactions are opened, when it has any.
        path: below the landlord's.
        segment: what stands in the place of the path that varies, where one does.
        offered: headers that the answer is to have besides its own.
    """

    environ: WSGIEnvironment
    landlord: Landlord
    runtime: Runtime
    kept: Mapping[str, Any]
    session: AppSession
    path: str
    segment: str = ""
    offered: list[tuple[str, str]] = field(default_factory=list)

    @property
    def method(self) -> str:
        """The HTTP method."""
        method: str = self.environ["REQUEST_METHOD"]
        return method

    @property
    def query_string(self) -> bytes:
        """The query, as it came."""
        query: str = self.environ.get("QUERY_STRING", "")
        return query.encode("latin-1")

    @property
    def mimetype(self) -> str:
        """The media type of the body, without its parameters, in lower case."""
        full: str = self.environ.get("CONTENT_TYPE", "")
        return full.partition(";")[0].strip().lower()

    @property
    def network(self) -> str:
        """The network it comes from."""
        return network_of(self.environ.get("REMOTE_ADDR"))

    def header(self, name: str) -> str | None:
        """Return a header; one that came several times is in one line, with commas between."""
        found: str | None = self.environ.get(f"HTTP_{name.upper().replace('-', '_')}")
        return found

    def cookie(self, purpose: str) -> str | None:
        """Return one of the landlord's cookies."""
        return self._cookies.get(cookie_name(self.landlord, purpose))

    @cached_property
    def _cookies(self) -> Mapping[str, str]:
        return parse_cookie(self.environ)

    @property
    def pre_sessions(self) -> PreSessions:
        """What reads and writes pre-sessions."""
        return cast(PreSessions, self.kept[PRE_SESSIONS])

    @cached_property
    def pre_session(self) -> PreSession | None:
        """The pre-session of the browser that it comes from; None where it has none that names it."""
        cookie = self.cookie(BROWSER)
        kept = self.pre_sessions.read(cookie) if cookie else None
        return kept if kept is not None and BROWSER in kept else None

    @property
    def journey(self) -> str | None:
        """The journey that the address names, empty where it has no query; None where it says anything else."""
        named = REFERENCE.fullmatch(self.environ.get("QUERY_STRING", ""))
        return named[1] or "" if named else None

    def language(self, kept: PreSession) -> str:
        """Choose the language of a browser's page, where the address names none."""
        return without_asking(tuple(self.landlord.languages), kept, self.header("Accept-Language") or "")

    def address(self, endpoint: str, **query: str) -> str:
        """Return the address of another page of the landlord."""
        path = self.environ["SCRIPT_NAME"] + cast(Mapping[str, str], self.kept[PATHS])[endpoint]
        return f"{path}?{urlencode(query)}" if query else path

    def get_data(self) -> bytes:
        """Return the body.

        Raises:
            RequestEntityTooLarge: when it is longer than any that is taken.
            ClientDisconnected: when it ends too early.
        """
        announced: str = self.environ.get("CONTENT_LENGTH", "")
        if announced.isdecimal() and announced.isascii() and int(announced) <= BODY_LIMIT:
            body: bytes = self.environ["wsgi.input"].read(int(announced))
            if len(body) == int(announced):
                return body
            raise ClientDisconnected
        return get_input_stream(self.environ, max_content_length=BODY_LIMIT).read()

    @cached_property
    def work(self) -> Work:
        """The work of this request: one landlord, one instant, one transaction at a time."""
        settings, vault, clock = self.runtime.settings, self.runtime.vault, self.runtime.clock
        return Work(self.session, clock(), self.landlord, settings, vault, Origin(self.network))

    def work_in(self, kept: PreSession) -> Work:
        """Return the same as work that comes from a browser."""
        device, trusted = self.cookie(DEVICE), self.cookie(TRUSTED)
        return replace(self.work, origin=Origin(self.network, kept[BROWSER], device, trusted, self.language(kept)))

    def commit(self) -> None:
        """End a stage: what was done so far stays done, whatever comes next."""
        self.session.commit()

    def begin_writing(self) -> Work:
        """End the transaction of a request that only looked, and begin one that may write."""
        self.commit()
        self.session.only_reads = False
        return self.work


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, but for the headers of every answer."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def with_headers(self, *more: tuple[str, str]) -> "Answer":
        """Return the same answer with further headers."""
        return Answer(self.status, self.body, (*self.headers, *more))


def sent_to(address: str, *headers: tuple[str, str]) -> Answer:
    """Send a browser to another address."""
    return Answer(HTTPStatus.SEE_OTHER, b"", (("Location", address), *headers))


def told(members: Mapping[str, object], status: int = HTTPStatus.OK, *headers: tuple[str, str]) -> Answer:
    """Answer in JSON."""
    return Answer(status, orjson.dumps(members), (("Content-Type", JSON), *headers))


def error(name: str, description: str, status: int = HTTPStatus.BAD_REQUEST, *headers: tuple[str, str]) -> Answer:
    """Answer with an error (RFC 6749 §5.2).

    Args:
        name: the error's registered name.
        description: words for the app's developer, plain ASCII without quotes.
        status: HTTP status.
        headers: further headers.
    """
    return told({"error": name, "error_description": description}, status, *headers)
