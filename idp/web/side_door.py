"""The side door: where apps come in, past everything that only pages need.

What an app asks has no cookie, no language, no page. Flask's contexts, request objects, signals and hooks would be
half of what it costs; so these addresses are answered here, and everything else is Flask's.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException

from idp.logs import Log
from idp.services.vault import new_secret
from idp.settings.landlord import Landlord
from idp.web import limits, request_log, safety
from idp.web.asked import Answer, Asked, error
from idp.web.database import AppSession, db
from idp.web.front_door import LANDLORD
from idp.web.network import network_of
from idp.web.runtime import runtime_of
from idp.web.stance import ATTRIBUTE, SAFE_METHODS, Stance

View = Callable[[Asked], Answer]
VARIABLE = "/*"
LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
SIDE_DOOR = "loge.side_door"

log = Log("idp.errors")


@dataclass(frozen=True, slots=True)
class Route:
    """One address for apps.

    Attributes:
        path: below the landlord's; `/*` at its end stands for one segment of any name.
        name: in words.
        view: what answers.
        methods: those that it answers to; HEAD is answered where GET is, and OPTIONS always.
        scripts: whether scripts of the landlord's public web apps may read the answer.
    """

    path: str
    name: str
    view: View
    methods: tuple[str, ...]
    scripts: bool = False

    @property
    def endpoint(self) -> str:
        """As the log calls it."""
        return f"oidc.{self.name}"

    @property
    def stance(self) -> Stance:
        """How the view stands towards the outside."""
        found: Stance = getattr(self.view, ATTRIBUTE)
        return found


def init(app: Flask, routes: Iterable[Route], origins: Mapping[str, frozenset[str]]) -> None:
    """Put the side door before an application.

    Args:
        app: the application.
        routes: the addresses.
        origins: where the scripts of public web apps run, by landlord; only these may read answers across origins.
    """
    with app.app_context():
        door = SideDoor(app, db.engine, routes, origins)
    app.extensions[SIDE_DOOR] = door
    app.wsgi_app = door  # type: ignore[method-assign]  # as Flask says


class SideDoor:
    """WSGI middleware that answers apps, and hands everything else on."""

    def __init__(
        self, app: Flask, engine: Engine, routes: Iterable[Route], origins: Mapping[str, frozenset[str]]
    ) -> None:
        self.routes = tuple(routes)
        self._app, self._inner, self._engine = app, app.wsgi_app, engine
        self._runtime, self._ceilings, self._origins = runtime_of(app), limits.of(app), origins
        self._by_path = {route.path: route for route in self.routes}
        self._usual = {
            (route.path, landlord.slug, kept): usual(route, landlord, kept=kept)
            for route in self.routes
            for landlord in self._runtime.settings.landlords.values()
            for kept in (True, False)
        }
        self._threads = threading.local()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        landlord = self._runtime.settings.landlords.get(environ.get(LANDLORD, ""))
        if landlord is None:
            return self._inner(environ, start_response)
        path: str = environ.get("PATH_INFO", "")
        route, segment = self._find(path)
        if route is None:
            return self._inner(environ, start_response)
        started, network = time.perf_counter(), network_of(environ.get("REMOTE_ADDR"))
        asked = Asked(environ, landlord, self._runtime, self._app.extensions, self._session(), path, segment)
        answer = self._admitted(route, asked, network)
        kept = route.stance.cache and answer.status < HTTPStatus.BAD_REQUEST
        headers = [*answer.headers, *self._usual[route.path, landlord.slug, kept], *asked.offered]
        if answer.status != HTTPStatus.NOT_MODIFIED:
            headers.append(("Content-Length", str(len(answer.body))))
        if route.scripts and (origin := asked.header("Origin")) in self._origins[landlord.slug]:
            headers += _for_script(route, asked.method, origin or "")
        request_log.tell(landlord, asked.method, route.endpoint, answer.status, started=started, network=network)
        start_response(LINES[answer.status], headers)
        return [] if asked.method == "HEAD" else [answer.body]

    def _find(self, path: str) -> tuple[Route | None, str]:
        route = self._by_path.get(path)
        if route is not None:
            return route, ""
        folder, _, segment = path.rpartition("/")
        return (self._by_path.get(folder + VARIABLE), segment) if segment else (None, "")

    def _session(self) -> AppSession:
        found: AppSession | None = getattr(self._threads, "session", None)
        if found is None:
            found = self._threads.session = AppSession(self._engine)
        return found

    def _admitted(self, route: Route, asked: Asked, network: str) -> Answer:
        """Answer what has a right method and comes below the ceiling."""
        method = "GET" if asked.method == "HEAD" else asked.method
        if method not in route.methods:
            return _by_another_method(route, method)
        assert route.stance.limit is not None
        if not self._ceilings.admits(route.stance.limit, asked.landlord.slug, network):
            return error("temporarily_unavailable", "too many requests from this network", 429)
        asked.session.only_reads = method in SAFE_METHODS and not route.stance.writes
        asked.session.routine = route.stance.routine
        return self._answered(route, asked)

    def _answered(self, route: Route, asked: Asked) -> Answer:
        """Have a view answer, and commit what it did, refusals included: what they counted must stay counted."""
        try:
            answer = route.view(asked)
            asked.commit()
        except HTTPException as refused:
            return _refused(refused.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        except Exception:
            log.exception("request.failed", reference=new_secret()[:10], endpoint=route.endpoint)
            return _refused(HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            return answer
        finally:
            asked.session.clear()


def usual(route: Route, landlord: Landlord, *, kept: bool) -> tuple[tuple[str, str], ...]:
    """Compose the headers of every answer, one that caches may keep or one that nobody may."""
    vary = [name for name, differs in (("Cookie", not kept), ("Origin", route.scripts)) if differs]
    return (
        *safety.EVERYWHERE,
        *((safety.HSTS,) if landlord.secure else ()),
        *(() if kept else safety.NOT_KEPT),
        *((("Vary", ", ".join(vary)),) if vary else ()),
    )


def _for_script(route: Route, method: str, origin: str) -> list[tuple[str, str]]:
    """Let the script that asks read the answer (Fetch, CORS protocol)."""
    allowed = ("Access-Control-Allow-Origin", origin)
    if method != "OPTIONS":
        return [allowed, ("Access-Control-Expose-Headers", "WWW-Authenticate, DPoP-Nonce")]
    return [
        allowed,
        ("Access-Control-Allow-Methods", ", ".join(route.methods)),
        ("Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP"),
        ("Access-Control-Max-Age", "3600"),
    ]


def _by_another_method(route: Route, method: str) -> Answer:
    allowed = ", ".join(route.methods)
    if method == "OPTIONS":
        return Answer(HTTPStatus.OK, b"", (("Allow", allowed),))
    words = f"the {route.name.replace('_', ' ')} endpoint takes {' and '.join(route.methods)} only"
    return error("invalid_request", words, HTTPStatus.METHOD_NOT_ALLOWED, ("Allow", allowed))


def _refused(status: int) -> Answer:
    """Answer what no view could."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return error("server_error", "the server met an unexpected condition", status)
    return error("invalid_request", HTTPStatus(status).phrase.lower(), status)
