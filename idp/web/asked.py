"""What an app asks directly, no browser in between, and what it is answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any, Protocol, cast
from wsgiref.types import WSGIEnvironment

import orjson
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import parse_cookie
from werkzeug.wsgi import get_input_stream

from idp.services.work import Origin, Work
from idp.settings.landlord import Landlord
from idp.web.app_sessions import AppSession
from idp.web.cookies import BROWSER, BROWSER_OF, BrowserOf, cookie_name
from idp.web.network import network_of
from idp.web.runtime import Runtime

BODY_LIMIT = 64 * 1024
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
    """One request of an app.

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
        return parse_cookie(self.environ).get(cookie_name(self.landlord, purpose))

    @property
    def browser(self) -> str | None:
        """Which browser it comes from, as its pre-session says; None where it has none."""
        cookie, browser_of = self.cookie(BROWSER), cast(BrowserOf, self.kept[BROWSER_OF])
        return browser_of(cookie) if cookie else None

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
    """What an app is answered, but for the headers of every answer."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def with_headers(self, *more: tuple[str, str]) -> "Answer":
        """Return the same answer with further headers."""
        return Answer(self.status, self.body, (*self.headers, *more))


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
