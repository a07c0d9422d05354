"""The side door: where apps come in, past everything that only pages need.

What an app asks has no language, no form, no page. Flask's contexts, request objects, signals and hooks would be half
of what it costs; so these addresses are answered here, and everything else is Flask's. A few of people's addresses
have a view here too, for the plain case that nearly everybody is.
"""

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
from idp.web.app_sessions import AppSessions, AtHand
from idp.web.asked import PATHS, Answer, Asked, error
from idp.web.database import db
from idp.web.front_door import LANDLORD
from idp.web.runtime import runtime_of
from idp.web.stance import ATTRIBUTE, SAFE_METHODS, Stance

View = Callable[[Asked], Answer]
ViewAtOnce = Callable[[Asked], Answer | None]
Origins = Mapping[str, frozenset[str]]
"""Where the scripts of public web apps run, by landlord: only these may read answers across origins."""
VARIABLE = "/*"
LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
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
        blueprint: whose it is, as the log calls it.
    """

    path: str
    name: str
    view: View | ViewAtOnce
    methods: tuple[str, ...]
    scripts: bool = False
    blueprint: str = "oidc"

    @property
    def endpoint(self) -> str:
        """As the log calls it."""
        return f"{self.blueprint}.{self.name}"

    def takes(self, method: str) -> bool:
        """Tell whether it answers to a method."""
        return ("GET" if method == "HEAD" else method) in self.methods

    @property
    def stance(self) -> Stance:
        """How the view stands towards the outside."""
        found: Stance = getattr(self.view, ATTRIBUTE)
        return found


def init(app: Flask, routes: Iterable[Route], at_once: Iterable[Route], origins: Origins) -> None:
    """Put the side door before an application.

    Args:
        app: the application.
        routes: the addresses for apps.
        at_once: addresses of pages, with a view that answers what needs no page.
        origins: where scripts run that may read answers.
    """
    app.extensions[PATHS] = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules() if not rule.arguments}
    with app.app_context():
        door = SideDoor(app, db.engine, routes, at_once, origins)
    app.extensions[SIDE_DOOR] = door
    app.wsgi_app = door  # type: ignore[method-assign]  # Flask's place for middleware


class SideDoor:
    """WSGI middleware that answers apps, and hands everything else on."""

    def __init__(
        self, app: Flask, engine: Engine, routes: Iterable[Route], at_once: Iterable[Route], origins: Origins
    ) -> None:
        self.routes = tuple(routes)
        self._app, self._inner = app, app.wsgi_app
        self._runtime, self._ceilings, self._origins = runtime_of(app), limits.of(app), origins
        self._sessions = AppSessions(AtHand(engine, self._runtime.settings.server.threads))
        self._by_path = {route.path: route for route in self.routes}
        self._at_once = {(method, route.path): route for route in at_once for method in route.methods}
        self._usual = {
            (route.path, landlord.slug, kept): usual(route, landlord, kept=kept)
            for route in (*self._by_path.values(), *self._at_once.values())
            for landlord in self._runtime.settings.landlords.values()
            for kept in (True, False)
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        landlord = self._runtime.settings.landlords.get(environ.get(LANDLORD, ""))
        if landlord is None:
            return self._inner(environ, start_response)
        started, path = time.perf_counter(), environ.get("PATH_INFO", "")
        route, segment = self._find(path)
        if route is not None:
            asked = self._asked(environ, landlord, path, segment)
            answer: Answer | None = self._answered(route, asked)
        elif (route := self._at_once.get((environ["REQUEST_METHOD"], path))) is not None:
            environ[request_log.STARTED] = started
            asked = self._asked(environ, landlord, path)
            answer = self._answered_at_once(route, asked)
        if route is None or answer is None:
            return self._inner(environ, start_response)
        request_log.tell(
            landlord, asked.method, route.endpoint, answer.status, started=started, network=asked.network
        )
        start_response(LINES[answer.status], self._headers(route, asked, answer))
        return [] if asked.method == "HEAD" else [answer.body]

    def _asked(self, environ: WSGIEnvironment, landlord: Landlord, path: str, segment: str = "") -> Asked:
        kept = self._app.extensions
        return Asked(environ, landlord, self._runtime, kept, self._sessions.present, path, segment)

    def _find(self, path: str) -> tuple[Route | None, str]:
        route = self._by_path.get(path)
        if route is not None:
            return route, ""
        folder, _, segment = path.rpartition("/")
        return (self._by_path.get(folder + VARIABLE), segment) if segment else (None, "")

    def _answered(self, route: Route, asked: Asked) -> Answer:
        """Answer what has a right method and comes below the ceiling."""
        if not route.takes(asked.method):
            return _by_another_method(route, asked.method)
        if not self._admits(route, asked):
            return error("temporarily_unavailable", "too many requests from this network", 429)
        try:
            answer = self._viewed(route, asked)
            assert answer is not None
        except HTTPException as refused:
            return _refused(refused.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        except Exception:
            log.exception("request.failed", reference=new_secret()[:10], endpoint=route.endpoint)
            return _refused(HTTPStatus.INTERNAL_SERVER_ERROR)
        return answer

    def _answered_at_once(self, route: Route, asked: Asked) -> Answer | None:
        """Answer what needs no page; whatever goes wrong here is left to the page, which begins anew."""
        if not self._admits(route, asked):
            return None
        asked.environ[limits.COUNTED] = True
        try:
            return self._viewed(route, asked)
        except Exception:
            log.exception("request.left_to_page", endpoint=route.endpoint)
            return None

    def _admits(self, route: Route, asked: Asked) -> bool:
        assert route.stance.limit is not None
        return self._ceilings.admits(route.stance.limit, asked.landlord.slug, asked.network)

    def _viewed(self, route: Route, asked: Asked) -> Answer | None:
        """Have a view answer, and commit what it did, refusals included: what they counted must stay counted."""
        asked.session.only_reads = asked.method in SAFE_METHODS and not route.stance.writes
        asked.session.routine = route.stance.routine
        try:
            answer = route.view(asked)
            if answer is not None:
                asked.commit()
            return answer
        finally:
            asked.session.close()

    def _headers(self, route: Route, asked: Asked, answer: Answer) -> list[tuple[str, str]]:
        """Compose the headers of an answer."""
        kept = route.stance.cache and answer.status < HTTPStatus.BAD_REQUEST
        headers = [*answer.headers, *self._usual[route.path, asked.landlord.slug, kept], *asked.offered]
        if answer.status not in WITHOUT_BODY:
            headers.append(("Content-Length", str(len(answer.body))))
        origin = asked.header("Origin") if route.scripts else None
        if origin is not None and origin in self._origins[asked.landlord.slug]:
            headers += _for_script(route, asked.method, origin)
        return headers


def usual(route: Route, landlord: Landlord, *, kept: bool) -> tuple[tuple[str, str], ...]:
    """Compose the headers that every answer has, one that caches may keep or one that nobody may."""
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
    allowed = ("Allow", ", ".join(route.methods))
    if method == "OPTIONS":
        return Answer(HTTPStatus.OK, b"", (allowed,))
    words = f"the {route.name.replace('_', ' ')} endpoint takes {' and '.join(route.methods)} only"
    return error("invalid_request", words, HTTPStatus.METHOD_NOT_ALLOWED, allowed)


def _refused(status: int) -> Answer:
    """Answer what no view could."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return error("server_error", "the server met an unexpected condition", status)
    return error("invalid_request", HTTPStatus(status).phrase.lower(), status)
