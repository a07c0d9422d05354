"""Documents that are the same for everybody, answered at once while they are at hand.

Whoever checks tokens fetches the keys, and every app the metadata, again and again. What an answer needs is known
before the question: its body and all its headers. What is not a plain question goes on to the side door.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

from idp.settings.landlord import Landlord
from idp.web import limits, request_log
from idp.web.asked import Answer
from idp.web.front_door import LANDLORD
from idp.web.network import network_of
from idp.web.runtime import runtime_of
from idp.web.side_door import LINES, Route, usual

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Document:
    """A document, written once.

    Attributes:
        whole: the answer with it.
        etag: its name, by which apps know it again.
    """

    whole: Answer
    etag: str


AtHand = Callable[[Flask, Landlord], Document | None]
"""Finds a landlord's document; None where the database has to be asked for it."""


def init(app: Flask, documents: Iterable[tuple[Route, AtHand]]) -> None:
    """Put the documents before an application, in front of its side door."""
    app.wsgi_app = Documents(app, documents)  # type: ignore[method-assign]  # Flask's place for middleware


class Documents:
    """WSGI middleware that answers plain questions for documents, and hands everything else on."""

    def __init__(self, app: Flask, documents: Iterable[tuple[Route, AtHand]]) -> None:
        self._app, self._inner = app, app.wsgi_app
        self._landlords, self._ceilings = runtime_of(app).settings.landlords, limits.of(app)
        self._by_path: Mapping[str, tuple[Route, AtHand]] = {route.path: (route, found) for route, found in documents}
        self._composed: dict[tuple[str, str], tuple[Document, Headers]] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started = time.perf_counter()
        entry = self._by_path.get(environ.get("PATH_INFO", ""))
        landlord = self._landlords.get(environ.get(LANDLORD, ""))
        if entry is None or landlord is None or not _is_plain(environ):
            return self._inner(environ, start_response)
        route, at_hand = entry
        document, network = at_hand(self._app, landlord), network_of(environ.get("REMOTE_ADDR"))
        if document is None or not self._admits(route, landlord, network):
            return self._inner(environ, start_response)  # which counts what is above the ceiling again, and says so
        request_log.tell(landlord, "GET", route.endpoint, HTTPStatus.OK, started=started, network=network)
        start_response(LINES[HTTPStatus.OK], list(self._headers(route, landlord, document)))
        return [document.whole.body]

    def _admits(self, route: Route, landlord: Landlord, network: str) -> bool:
        assert route.stance.limit is not None
        return self._ceilings.admits(route.stance.limit, landlord.slug, network)

    def _headers(self, route: Route, landlord: Landlord, document: Document) -> Headers:
        """Compose the headers of a document once, as the side door does for everything that caches may keep."""
        known = self._composed.get((route.path, landlord.slug))
        if known is None or known[0] is not document:
            whole = document.whole
            length = ("Content-Length", str(len(whole.body)))
            known = document, [*whole.headers, *usual(route, landlord, kept=True), length]
            self._composed[route.path, landlord.slug] = known
        return known[1]


def _is_plain(environ: WSGIEnvironment) -> bool:
    """Tell whether the whole document is asked for, by nobody whose origin matters."""
    return environ["REQUEST_METHOD"] == "GET" and "HTTP_ORIGIN" not in environ and "HTTP_IF_NONE_MATCH" not in environ
