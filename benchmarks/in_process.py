"""The operations of the protocol, asked of the application itself: no server and no network in between."""

import base64
import hashlib
import io
import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from wsgiref.types import WSGIApplication, WSGIEnvironment

from flask import Flask

from benchmarks import loge
from benchmarks.server import CALLBACK, PASSWORD, SECRET, Conditions
from idp.app import create_app
from idp.models import Account
from idp.services import sessions
from idp.services.work import Origin, Work
from idp.settings.loader import load
from idp.settings.server import Hashing
from idp.web.database import db
from idp.web.runtime import runtime

PORT = 8000
PEOPLE = 2

VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
EXPECTED = (HTTPStatus.OK, HTTPStatus.SEE_OTHER)
CSRF = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
SCOPE = "openid profile email offline_access"


def prepare(home: Path, database: str | None = None, hashing: Hashing | None = None) -> tuple["Visitor", Flask]:
    """Make a provider, and sign somebody in.

    Args:
        home: a folder that does not exist yet.
        database: address of an empty database, a SQLite file beside the folder where there is none.
        hashing: what argon2id costs, as the settings have it where nothing is given.
    """
    loge.prepare(home, PORT, database or f"sqlite:///{home}.db", Conditions(PEOPLE, 1, hashing or Hashing()))
    os.chdir(home)
    sys.stderr = (home / "log").open("w", encoding="utf-8")
    app = create_app(load(Path("config")))
    with app.app_context():
        found = runtime()
        landlord = found.settings.landlords["paris"]
        work = Work(db.session(), found.clock(), landlord, found.settings, found.vault, Origin("benchmark"))
        session = sessions.start(work, work.db.query(Account.id).limit(1).scalar(), ["pwd"], None)
        db.session.commit()
    return Visitor(app.wsgi_app, f"127.0.0.1:{PORT}", {"paris-session": session}), app


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header, empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass
class Visitor:
    """An app, a service, and a browser in which somebody is signed in.

    Args:
        application: what is asked.
        host: host and port of the landlord's issuer.
        cookies: those of the browser.
    """

    application: WSGIApplication
    host: str
    cookies: dict[str, str]
    refresh_token: str = ""
    access_token: str = ""
    operations: Mapping[str, Callable[[], object]] = field(init=False)

    def __post_init__(self) -> None:
        """Name the operations, in an order in which each finds what it needs."""
        self.operations = {
            "discovery": lambda: self.get("/.well-known/openid-configuration"),
            "jwks": lambda: self.get("/jwks"),
            "client_credentials": lambda: self.tokens("service", {"grant_type": "client_credentials"}),
            "sign_in": self.sign_in,
            "code": self.code,
            "userinfo": lambda: self.get("/userinfo", Authorization=f"Bearer {self.access_token}"),
            "refresh": self.refresh,
        }

    def sign_in(self) -> None:
        """Sign in with identifier and password in a browser without cookies, and fetch the tokens."""
        self.cookies.clear()
        form = self._request()
        token = CSRF.search(self._browse(form).body.decode())
        assert token is not None
        filled = {"csrf_token": token[1], "identifier": str(loge.FIRST), "password": PASSWORD}
        address = self._browse(form, urlencode(filled).encode()).header("Location")
        while not address.startswith(CALLBACK):
            address = self._browse(address).header("Location")
        self._exchange(address)

    def code(self) -> None:
        """Sign in to the app in the session that lives, and fetch the tokens."""
        self._exchange(self._request())

    def refresh(self) -> None:
        """Exchange the refresh token for the next one."""
        self._keep(self.tokens("app", {"grant_type": "refresh_token", "refresh_token": self.refresh_token}))

    def tokens(self, client: str, form: Mapping[str, str]) -> dict[str, Any]:
        """Ask the token endpoint."""
        credentials = base64.b64encode(f"{client}:{SECRET}".encode()).decode()
        environ = self._environ("POST", "/token", urlencode(form).encode(), Authorization=f"Basic {credentials}")
        found: dict[str, Any] = json.loads(self._ask(environ).body)
        return found

    def _request(self) -> str:
        """Ask for a code; return where the browser is sent."""
        asked = {
            "client_id": "app",
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": SCOPE,
            "state": "a-state",
            "nonce": "a-nonce",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return self._browse(f"/authorize?{urlencode(asked)}").header("Location")

    def _exchange(self, callback: str) -> None:
        """Fetch the tokens for the code that an address holds."""
        (code,) = parse_qs(urlsplit(callback).query)["code"]
        grant = {"grant_type": "authorization_code", "code": code}
        self._keep(self.tokens("app", {**grant, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}))

    def _browse(self, address: str, body: bytes = b"") -> Answer:
        """Ask for a page as a browser does, or send its form; keep the cookies."""
        where = urlsplit(address)
        path = f"{where.path.removeprefix('/paris')}?{where.query}"
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self._ask(self._environ("POST" if body else "GET", path, body, Cookie=cookies))
        for key, value in answer.headers:
            if key == "Set-Cookie":
                name, _, rest = value.partition("=")
                self.cookies[name] = rest.partition(";")[0]
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for something that is to be read."""
        return self._ask(self._environ("GET", path, b"", **headers))

    def _keep(self, tokens: Mapping[str, str]) -> None:
        self.refresh_token, self.access_token = tokens["refresh_token"], tokens["access_token"]

    def _ask(self, environ: WSGIEnvironment) -> Answer:
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(line: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
            begun.append((line, headers))
            return lambda _: None

        body = self.application(environ, start)
        content = b"".join(body)
        getattr(body, "close", lambda: None)()
        answer = Answer(int(begun[0][0].split()[0]), begun[0][1], content)
        if answer.status not in EXPECTED:
            raise RuntimeError(f"{environ['PATH_INFO']}: {answer.status} {content[:200]!r}")
        return answer

    def _environ(self, method: str, path: str, body: bytes, **headers: str) -> WSGIEnvironment:
        path, _, query = path.partition("?")
        return {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": f"/paris{path}",
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": self.host,
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
