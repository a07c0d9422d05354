"""Another provider for tests: an OpenID provider on this machine that checks what it is asked, and lies when told."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT_ID = "loge-at-the-other"
SECRET = "other-secret-for-tests-0123456789abcdef"
RSA, FOREIGN, CURVE = RSAKey.generate_key(2048), RSAKey.generate_key(2048), ECKey.generate_key("P-256")
PAGE = "<!doctype html><html lang=fr><meta charset=utf-8><title>Ailleurs</title><main>{}</main>"
Claims = dict[str, Any]
Reply = tuple[int, str, bytes]
Route = Callable[[str, dict[str, str], Any, dict[str, str]], Reply]
"""Answers by method, query, headers and form."""


@dataclass
class Other:
    """The provider.

    Attributes:
        issuer: its address.
        person: whom it knows: claims of the ID token and of userinfo.
        clock: gives the present instant.
        claims: changes the claims of an ID token before it is signed.
        sign: makes the ID token.
        twists: answers in place of an endpoint's own, by path.
        sent: the authorization request of each code.
        faults: what was wrong with what it was asked.
        asked: paths that were asked.
        extra: what its metadata say beside or instead.
        says_iss: whether its answers say who sends them.
        routes: endpoints that look at what they are asked, by path.
    """

    issuer: str
    clock: Callable[[], Any]
    person: Claims = field(default_factory=lambda: {"sub": "chloe-there"})
    claims: Callable[[Claims], Claims] = lambda claims: claims
    sign: Callable[[Claims], str] = field(default_factory=lambda: signed)
    twists: dict[str, Callable[[], Reply]] = field(default_factory=dict)
    sent: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    says_iss: bool = False
    routes: dict[str, Route] = field(default_factory=dict)

    def allow(self, address: str, **changes: str | None) -> str:
        """Let the person agree to an authorization request.

        Args:
            address: where the browser was sent.
            changes: other parameters of the answer; None takes one away.

        Returns:
            where the browser goes back to.
        """
        parts = urlsplit(address)
        asked = dict(parse_qsl(parts.query, strict_parsing=True))
        assert f"{parts.scheme}://{parts.netloc}" == self.issuer
        code = f"code-{len(self.sent)}"
        self.sent[code] = asked
        answer: dict[str, str | None] = {"code": code, "state": asked["state"]}
        answer |= {"iss": self.issuer} if self.says_iss else {}
        return asked["redirect_uri"] + "?" + urlencode({k: v for k, v in (answer | changes).items() if v is not None})

    def answer(self, method: str, path: str, headers: Any, body: str) -> Reply:
        """Answer a server that asks."""
        where = urlsplit(path).path
        self.asked.append(where)
        if where in self.twists:
            return self.twists[where]()
        if where.endswith(("/authorize", "/dialog/oauth")):
            return 200, "text/html; charset=utf-8", self.page(path).encode()
        if where == "/session/end":
            asked = dict(parse_qsl(urlsplit(path).query))
            back = f"{asked['post_logout_redirect_uri']}?{urlencode({'state': asked['state']})}"
            return 303, "text/plain", back.encode()
        if where in self.routes:
            query, form = dict(parse_qsl(urlsplit(path).query)), dict(parse_qsl(body, keep_blank_values=True))
            return self.routes[where](method, query, headers, form)
        if where == "/.well-known/openid-configuration":
            return as_json(self.metadata())
        if where == "/jwks":
            return as_json(key_set())
        if where == "/token":
            return self._token(headers, body)
        if where == "/userinfo":
            return as_json(self.person)
        return 404, "text/plain", b""

    def page(self, path: str) -> str:
        """Show the person what they are asked: to agree, or to go back."""
        allowed, asked = self.allow(self.issuer + path), dict(parse_qsl(urlsplit(path).query))
        refused = {"error": "access_denied", "state": asked["state"]}
        cancel = f'<a href="{escape(asked["redirect_uri"] + "?" + urlencode(refused))}">Refuser</a>'
        if asked.get("response_mode") != "form_post":
            return PAGE.format(f'<a href="{escape(allowed)}">Accepter</a> {cancel}')
        sent = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in parse_qsl(urlsplit(allowed).query)
        )
        return PAGE.format(
            f'<form method="post" action="{asked["redirect_uri"]}">{sent}<button>Accepter</button></form> {cancel}'
        )

    def metadata(self) -> Claims:
        """Say what the provider publishes."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/session/end",
            **self.extra,
        }

    def proves(self, verifier: str, challenge: str | None) -> bool:
        """Tell whether a verifier is that of a challenge."""
        return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=") == challenge

    def _token(self, headers: Any, body: str) -> Reply:
        form = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.sent.get(form.get("code", ""))
        if asked is None:
            return as_json({"error": "invalid_grant"}, 400)
        checks = {
            "client_id": form.get("client_id") == CLIENT_ID,
            "client_secret": form.get("client_secret") == SECRET,
            "grant_type": form.get("grant_type") == "authorization_code",
            "redirect_uri": form.get("redirect_uri") == asked["redirect_uri"],
            "code_verifier": self.proves(form.get("code_verifier", ""), asked.get("code_challenge")),
        }
        self.faults += [name for name, fits in checks.items() if not fits]
        now = int(self.clock().timestamp())
        claims = {
            **self.person,
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked.get("nonce"),
        }
        token = self.sign(self.claims(claims))
        return as_json({"access_token": "there", "token_type": "Bearer", "expires_in": 60, "id_token": token})


def signed(claims: Claims, key: Any = RSA, **header: Any) -> str:
    """Sign claims as the provider does, or otherwise."""
    alg = "ES256" if isinstance(key, ECKey) else "RS256"
    return jwt.encode({"alg": alg, "kid": key.thumbprint(), **header}, claims, key, algorithms=[alg])


def key_set() -> Claims:
    """List the provider's public keys."""
    return {"keys": [{**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig"} for key in (RSA, CURVE)]}


def as_json(value: object, status: int = 200) -> Reply:
    """Write an answer."""
    return status, "application/json", json.dumps(value).encode()


@contextmanager
def running(clock: Callable[[], Any]) -> Iterator[Other]:
    """Run the provider for as long as it is wanted."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply("")

        def do_POST(self) -> None:
            self.reply(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

        def reply(self, body: str) -> None:
            status, mimetype, text = other.answer(self.command, self.path, self.headers, body)
            self.send_response(status)
            self.send_header("Content-Type", mimetype)
            if status in (301, 302, 303, 307):
                self.send_header("Location", text.decode())
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            try:
                self.wfile.write(text)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    other = Other(f"http://127.0.0.1:{server.server_port}", clock)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield other
    finally:
        server.shutdown()
        server.server_close()
