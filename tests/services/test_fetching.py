"""Fetching from other servers: from where the configuration says, and from nowhere inside."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from idp.services import fetching
from idp.services.fetching import Fetcher, NotFetchedError, is_public

INSIDE = (
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.1.2.3",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2001:db8::1",
    "2002:7f00:1::",
    "fc00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)
OUTSIDE = ("8.8.8.8", "1.1.1.1", "2606:4700:4700::1111")


class Canary(BaseHTTPRequestHandler):
    """A server inside, which counts who comes."""

    hits: list[str]
    answers: dict[str, Any]

    def do_GET(self) -> None:
        """Answer as told."""
        type(self).hits.append(f"{self.headers['Host']}{self.path}")
        self.answers.get(self.path, lambda _: self.send_error(404))(self)

    def log_request(self, *_: object) -> None:
        """Say nothing."""

    def log_error(self, *_: object) -> None:
        """Say nothing."""


def ok(body: bytes) -> Any:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def redirect(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "/good")
    handler.end_headers()


def trickle(given_up: Event) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(b" ")
            if given_up.wait(0.02):
                break

    return answer


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[tuple[type[Canary], int]]:
    kind = type("OneCanary", (Canary,), {"hits": [], "answers": {}})
    server = HTTPServer(("127.0.0.1", 0), kind)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # keeps quiet
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield kind, server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.threat("T-59")
def test_addresses_inside_are_not_public() -> None:
    assert [address for address in INSIDE if is_public(address)] == []
    assert [address for address in OUTSIDE if not is_public(address)] == []


WRITTEN = (
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "0177.0.0.1",
    "2130706433",
    "0",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::]",
    "localhost",
    "app.localhost",
    "169.254.169.254",
    "[64:ff9b::7f00:1]",
)


@pytest.mark.threat("T-59")
@pytest.mark.parametrize("host", WRITTEN)
def test_no_spelling_of_an_inner_address_is_asked(host: str) -> None:
    with serving() as (canary, port):
        url = f"https://{host}:{port}/good"
        with pytest.raises(NotFetchedError):
            Fetcher([host.strip("[]")]).get(url)
        assert canary.hits == []


@pytest.mark.threat("T-59")
@pytest.mark.parametrize("address", INSIDE)
def test_no_name_leads_inside(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """DNS may say anything, and one bad address among good ones is enough to refuse."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]
    entries.append((family, socket.SOCK_STREAM, 6, "", (address, 443)))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it was asked"))
    with pytest.raises(NotFetchedError, match="not public"):
        Fetcher(["app.example"]).get("https://app.example/jwks")


@pytest.mark.threat("T-59")
@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/jwks",
        "http://app.example/jwks",
        "https://app.example.evil.example/jwks",
        "https://app.example@evil.example/jwks",
        "https://evil.example@app.example/jwks",
        "https://evil.example#app.example",
        "ftp://app.example/jwks",
        "file:///etc/passwd",
        "//app.example/jwks",
        "app.example",
        "",
    ],
)
def test_only_the_hosts_of_the_configuration_are_asked(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("it was looked up"))
    with pytest.raises(NotFetchedError):
        Fetcher(["app.example"]).get(url)


def test_a_demonstration_may_ask_its_own_machine() -> None:
    with serving() as (canary, port):
        canary.answers["/good"] = ok(b"{}")
        url = f"http://127.0.0.1:{port}/good"
        assert Fetcher(["127.0.0.1"], at_home=True).get(url) == b"{}"
        with pytest.raises(NotFetchedError):
            Fetcher(["127.0.0.1"]).get(url)
        assert canary.hits == [f"127.0.0.1:{port}/good"]


@pytest.mark.threat("T-59")
def test_a_demonstration_asks_nobody_else_like_this() -> None:
    for url in ("http://169.254.169.254/jwks", "http://10.0.0.1/jwks", "https://10.0.0.1/jwks"):
        with pytest.raises(NotFetchedError):
            Fetcher(["169.254.169.254", "10.0.0.1"], at_home=True).get(url)


@pytest.mark.threat("T-59")
def test_nothing_is_followed_and_nothing_large_is_read() -> None:
    with serving() as (canary, port):
        canary.answers |= {"/good": ok(b"{}"), "/moved": redirect}
        canary.answers |= {"/full": ok(b"x" * 64 * 1024), "/large": ok(b"x" * (64 * 1024 + 1))}
        fetcher, base = Fetcher(["127.0.0.1"], at_home=True), f"http://127.0.0.1:{port}"
        assert len(fetcher.get(f"{base}/full")) == 64 * 1024
        for path in ("/moved", "/large", "/missing"):
            with pytest.raises(NotFetchedError):
                fetcher.get(base + path)
        assert f"127.0.0.1:{port}/good" not in canary.hits


@pytest.mark.threat("T-75")
def test_a_slow_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    with serving() as (canary, port):
        given_up = Event()
        canary.answers["/slow"] = trickle(given_up)
        with pytest.raises(NotFetchedError):  # to the end, the answer would have been complete
            Fetcher(["127.0.0.1"], at_home=True).get(f"http://127.0.0.1:{port}/slow")
        given_up.set()


def certificate(folder: Path, name: str) -> Path:
    """Make a certificate for a name, which vouches for itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "certificate.pem"
    path.write_bytes(made.public_bytes(pem) + secret)
    return path


@pytest.mark.threat("T-59")
@pytest.mark.parametrize(("name", "good"), [("app.example", True), ("other.example", False)])
def test_the_server_shows_a_certificate_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, *, good: bool
) -> None:
    path = certificate(tmp_path, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setattr(fetching, "is_public", lambda _: True)
    with serving(context) as (canary, port):
        canary.answers["/jwks?a=1"] = ok(b"{}")
        entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        looked_up: list[object] = []
        monkeypatch.setattr(socket, "getaddrinfo", _once(entry, looked_up))
        url = f"https://app.example:{port}/jwks?a=1"
        if good:
            assert Fetcher(["app.example"]).get(url) == b"{}"
            assert canary.hits == [f"app.example:{port}/jwks?a=1"]
        else:
            with pytest.raises(NotFetchedError, match="SSLCertVerificationError"):
                Fetcher(["app.example"]).get(url)
        assert looked_up == ["app.example"]


def _once(entry: object, looked_up: list[object]) -> Any:
    """Answer the name once; the address itself may be looked up, which asks nobody."""

    def look_up(host: object, *_: object, **__: object) -> list[object]:
        if host != "127.0.0.1":
            looked_up.append(host)
        return [entry]

    return look_up
