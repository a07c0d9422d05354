"""Picks the landlord before anything else, by host name or by the first segment of the path."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from idp.settings.root import Settings

LANDLORD = "loge.landlord"
WELL_KNOWN = "/.well-known/"


def init(app: Flask, settings: Settings) -> None:
    """Put the front door before an application, and before it what undoes the reverse proxies' doing."""
    entry = FrontDoor(app.wsgi_app, settings)
    hops = settings.server.trusted_proxies
    app.wsgi_app = ProxyFix(entry, x_for=hops, x_proto=0) if hops else entry  # type: ignore[method-assign]  # Flask's place for middleware


class FrontDoor:
    """WSGI middleware that puts the landlord's slug into the environment and its path into SCRIPT_NAME.

    A request for a host that nobody here answers to goes no further (400): links and issuers come from the
    configuration, and a foreign Host header has no honest reason.
    """

    def __init__(self, app: WSGIApplication, settings: Settings) -> None:
        self.app = app
        shared = urlsplit(settings.server.public_url).netloc
        self.by_address: Mapping[tuple[str, str], str] = {
            (urlsplit(landlord.issuer).netloc, landlord.mount): slug for slug, landlord in settings.landlords.items()
        }
        self.hosts = {host for host, _ in self.by_address} | {shared}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Route one request."""
        host, path = environ.get("HTTP_HOST", ""), environ.get("PATH_INFO", "")
        if path == "/healthz":
            return self.app(environ, start_response)
        if host.lower() not in self.hosts:
            start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"This address is not served here.\n"]
        mount, rest = self._split(host.lower(), path)
        if (slug := self.by_address.get((host.lower(), mount))) is not None:
            environ[LANDLORD] = slug
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + mount
            environ["PATH_INFO"] = rest
        return self.app(environ, start_response)

    def _split(self, host: str, path: str) -> tuple[str, str]:
        """Split a path into the landlord's mount and the rest, RFC 8414 §3.1 inserted paths included."""
        if (host, "") in self.by_address:
            return "", path
        if path.startswith(WELL_KNOWN):
            kind, _, mount = path.removeprefix(WELL_KNOWN).partition("/")
            return (f"/{mount}", WELL_KNOWN + kind) if mount else ("", path)
        first, slash, rest = path.removeprefix("/").partition("/")
        return f"/{first}", slash + rest or "/"
