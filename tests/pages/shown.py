"""A server of every page in every state, with the style, script and pictures that they name."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from threading import Thread
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from idp.web.captcha_picture import drawn
from idp.web.safety import POLICY
from tests.pages.state import NONCE
from tests.pages.states import STATES

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_bytes()
CSP = POLICY.format(nonce=NONCE)
HOST = "localhost:8000"
FOR_A_YEAR = "public, max-age=31536000, immutable"


class Quiet(WSGIRequestHandler):
    """Keeps connections, and says nothing."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: object) -> None:
        """Say nothing."""


class Shown:
    """WSGI application: `/state/<landlord>/<name>` for the pages, and what the real application has besides."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.drawn = drawn("314159")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        if request.path.startswith("/state/"):
            slug, name = request.path.removeprefix("/state/").split("/")
            html = STATES[name].render(self.app, request.args["lang"], slug)
            answer = Response(html, mimetype="text/html", headers={"Content-Security-Policy": CSP})
        elif request.path == "/axe.js":
            answer = Response(AXE, mimetype="text/javascript", headers={"Cache-Control": FOR_A_YEAR})
        elif "/captcha/" in request.path:
            answer = Response(self.drawn, mimetype="image/png")
        else:
            return self.app.wsgi_app({**environ, "HTTP_HOST": HOST}, start_response)
        return answer(environ, start_response)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the pages until the end of the block, and name the address."""
    server = make_server("localhost", 0, Shown(app), threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
