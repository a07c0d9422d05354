"""Sees everything that goes in and out of an application, and says where a text turned up."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape
from typing import Any
from urllib.parse import quote, quote_plus, unquote

ADDRESS = re.compile(r'(?:href|action|src|content)="([^"]*)"')
Start = Callable[..., Any]


@dataclass(frozen=True)
class Exchange:
    """One request, without what was posted, and its answer."""

    method: str
    path: str
    query: str
    status: int
    headers: list[tuple[str, str]]
    body: str

    def places(self) -> Iterator[tuple[str, str]]:
        """List every place of it where a text could stand, with what stands there."""
        yield "address", f"{self.path}?{self.query}"
        for name, value in self.headers:
            yield name.lower(), value
        yield "link", "\n".join(map(unescape, ADDRESS.findall(self.body)))
        yield "body", self.body


@dataclass
class Witness:
    """Stands in front of an application (WSGI).

    Attributes:
        application: the application.
        seen: every exchange, in order.
    """

    application: Callable[..., Iterable[bytes]]
    seen: list[Exchange] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Start) -> list[bytes]:
        """Let a request through."""
        begun: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            begun[:] = status, headers
            return start_response(status, headers, *rest)

        answer = self.application(environ, start)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        status, headers = begun
        at = (environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        self.seen.append(Exchange(*at, int(status[:3]), list(headers), body.decode("utf-8", "replace")))
        return [body]

    def set_cookies(self) -> set[str]:
        """List the values of all cookies that were given, those that say no more than a word aside."""
        values = (
            value.partition(";")[0].partition("=")[2]
            for exchange in self.seen
            for name, value in exchange.headers
            if name == "Set-Cookie"
        )
        return {unquote(value) for value in values if len(value) > 20}


@cache
def spellings(word: str) -> frozenset[str]:
    """Write a word as addresses, pages and JSON do."""
    return frozenset({word, quote(word, safe=""), quote_plus(word), escape(word), json.dumps(word)[1:-1]})


def stands_in(word: str, text: str) -> bool:
    """Tell whether a text holds a word in any spelling.

    What has a few letters only counts where it stands alone: digits of a code turn up in any long number.
    """
    if len(word) > 8:
        return any(spelling in text for spelling in spellings(word))
    return word in text and re.search(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])", text) is not None
