"""Answers that no provider should give: each changes one thing of a good sign-in."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any

from joserfc import jws

from tests.upstream import CLIENT_ID, FOREIGN, RSA, SECRET, Claims, Other, Reply, as_json, key_set, signed

Twist = Callable[[Other], None]
GONE = object()
MANY = 10 * 1024 * 1024


def claim_twists() -> Iterator[tuple[str, Twist]]:
    """List what an ID token may say wrongly; `GONE` takes a claim away."""
    wrong: dict[str, list[Any]] = {
        "iss": [
            GONE,
            None,
            "",
            1,
            [],
            True,
            "https://accounts.google.com",
            "HTTP://127.0.0.1",
            "127.0.0.1",
            {"a": 1},
        ],
        "aud": [
            GONE,
            None,
            "",
            1,
            [],
            {},
            [1],
            "somebody-else",
            CLIENT_ID.upper(),
            CLIENT_ID[:-1],
            [CLIENT_ID, "evil"],
        ],
        "azp": ["somebody-else", 1, ["loge"], {"a": 1}, CLIENT_ID + " ", True],
        "exp": [GONE, None, "", "4102444800", 0, -1, 1, True, [], {}, 10**12, 1e300, 1762000000],
        "iat": [GONE, None, "", "1762074000", 0, -1, True, [], {}, 10**12, 4102444800, 1000000000],
        "nbf": ["", "soon", [], {}, 4102444800, 10**12],
        "nonce": [GONE, None, "", 1, [], {}, True, "n" * 43, "somebody-else's"],
        "sub": [
            GONE,
            None,
            "",
            1,
            [],
            {},
            True,
            "s" * 256,
            "chloé",
            "chloe\n-there",
            "\x00",
            "chloe-there\x7f",
            ["chloe-there"],
        ],
        "at_hash": ["wrong", "AAAAAAAAAAAAAAAAAAAAAA"],
        "auth_time": ["yesterday", [], {"a": 1}],
        "amr": ["pwd", 1, {"a": 1}],
    }
    for name, values in wrong.items():
        for number, value in enumerate(values):
            yield f"{name}-{number}", _with_claim(name, value)


def _with_claim(name: str, value: Any) -> Twist:
    def twist(other: Other) -> None:
        def change(claims: Claims) -> Claims:
            changed = {key: kept for key, kept in claims.items() if key != name}
            return changed if value is GONE else {**changed, name: value}

        other.claims = change

    return twist


def encoded(value: object) -> str:
    """Write a part of a token."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def raw(payload: bytes, **header: Any) -> str:
    """Sign any bytes as the provider does."""
    protected = {"alg": "RS256", "kid": RSA.thumbprint(), **header}
    registry = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    registry.max_header_length = 10**6
    return jws.serialize_compact(protected, payload, RSA, algorithms=["RS256"], registry=registry)


def twice(claims: Claims, name: str) -> bytes:
    """Write claims with one of them twice, the false one first."""
    return json.dumps(claims).replace(f'"{name}":', f'"{name}": "false", "{name}":', 1).encode()


def unsigned(alg: object) -> Callable[[Claims], str]:
    return lambda claims: f"{encoded({'alg': alg, 'kid': RSA.thumbprint()})}.{encoded(claims)}."


def by_shared_secret(secret: bytes) -> Callable[[Claims], str]:
    """Sign with something both sides know, by hand: no library would."""

    def sign(claims: Claims) -> str:
        protected = f"{encoded({'alg': 'HS256', 'kid': RSA.thumbprint()})}.{encoded(claims)}"
        return f"{protected}.{encoded(hmac.digest(secret, protected.encode(), 'sha256'))}"

    return sign


def cut(claims: Claims, *changes: tuple[int, str]) -> str:
    """Put other parts into a good token."""
    parts = signed(claims).split(".")
    for place, text in changes:
        parts[place] = text
    return ".".join(parts)


SIGNATURES: dict[str, Callable[[Claims], str]] = {
    **{f"alg-{alg}": unsigned(alg) for alg in ("none", "None", "NONE", "nOnE", "", "HS256", "RS256", "RS1", 7, None)},
    "hs256-public-pem": by_shared_secret(RSA.as_pem(private=False)),
    "hs256-client-secret": by_shared_secret(SECRET.encode()),
    "foreign-key": lambda claims: signed(claims, FOREIGN, kid=RSA.thumbprint()),
    "foreign-kid": lambda claims: signed(claims, FOREIGN),
    "foreign-jwk": lambda claims: signed(claims, FOREIGN, kid=RSA.thumbprint(), jwk=FOREIGN.as_dict(private=False)),
    "jku": lambda claims: signed(claims, FOREIGN, jku="http://127.0.0.1:9/jwks"),
    "x5u": lambda claims: signed(claims, FOREIGN, x5u="http://127.0.0.1:9/chain"),
    "kid-path": lambda claims: raw(json.dumps(claims).encode(), kid="../../dev/null"),
    "kid-unknown": lambda claims: raw(json.dumps(claims).encode(), kid="nobody's"),
    "kid-number": lambda claims: f"{encoded({'alg': 'RS256', 'kid': 7})}.{encoded(claims)}.AAAA",
    "kid-list": lambda claims: f"{encoded({'alg': 'RS256', 'kid': ['a']})}.{encoded(claims)}.AAAA",
    "kid-none": lambda claims: f"{encoded({'alg': 'RS256'})}.{encoded(claims)}.AAAA",
    "alg-of-another-key": lambda claims: (
        f"{encoded({'alg': 'ES256', 'kid': RSA.thumbprint()})}.{encoded(claims)}.AAAA"
    ),
    "crit": lambda claims: cut(claims, (0, encoded({"alg": "RS256", "kid": RSA.thumbprint(), "crit": ["bork"]}))),
    "header-list": lambda claims: cut(claims, (0, encoded(["RS256"]))),
    "header-text": lambda claims: cut(claims, (0, "!!!")),
    "header-empty": lambda claims: cut(claims, (0, "")),
    "header-large": lambda claims: cut(claims, (0, encoded({"alg": "RS256", "x": "x" * 2000}))),
    "header-alg-twice": lambda claims: cut(claims, (0, encoded(b'{"alg": "none", "alg": "RS256"}'))),
    "payload-changed": lambda claims: cut(claims, (1, encoded({**claims, "sub": "somebody-else"}))),
    "payload-empty": lambda claims: cut(claims, (1, "")),
    "signature-empty": lambda claims: cut(claims, (2, "")),
    "signature-changed": lambda claims: cut(claims, (2, "A" * 342)),
    "signature-text": lambda claims: cut(claims, (2, "%%%")),
    "two-parts": lambda claims: signed(claims).rpartition(".")[0],
    "four-parts": lambda claims: signed(claims) + ".AAAA",
    "five-parts": lambda claims: ".".join(["AAAA"] * 5),
    "no-parts": lambda claims: "a token",
    "spaces": lambda claims: " " + signed(claims),
    "a-line": lambda claims: signed(claims) + "\n",
    "accents": lambda claims: signed(claims) + "é",
    "large": lambda claims: signed({**claims, "more": "x" * 20_000}),
    "deep": lambda claims: raw(b'{"sub": "chloe-there", "a": ' + b"[" * 100 + b"]" * 100 + b"}"),
    "says-list": lambda claims: raw(b"[]"),
    "says-text": lambda claims: raw(b'"chloe-there"'),
    "says-null": lambda claims: raw(b"null"),
    "says-nothing": lambda claims: raw(b""),
    "says-bytes": lambda claims: raw(b"\xff\xfe"),
    "says-not-a-number": lambda claims: raw(json.dumps({**claims, "exp": float("nan")}).encode()),
    "says-infinity": lambda claims: raw(json.dumps({**claims, "exp": float("inf")}).encode()),
    "sub-twice": lambda claims: raw(twice(claims, "sub")),
    "iss-twice": lambda claims: raw(twice(claims, "iss")),
    "aud-twice": lambda claims: raw(twice(claims, "aud")),
    "nonce-twice": lambda claims: raw(twice(claims, "nonce")),
}


def signature_twists() -> Iterator[tuple[str, Twist]]:
    """List how an ID token may be signed wrongly."""
    for name, sign in SIGNATURES.items():
        yield name, signing(sign)


def signing(sign: Callable[[Claims], str]) -> Twist:
    """Sign ID tokens so."""

    def twist(other: Other) -> None:
        other.sign = sign

    return twist


def answering(path: str, reply: Callable[[], Reply]) -> Twist:
    """Answer so at an endpoint."""
    return lambda other: other.twists.update({path: reply})


def saying(path: str, told: Claims) -> Twist:
    """Answer JSON at an endpoint."""
    return answering(path, lambda: as_json(told))


def publishing(changes: Claims) -> Twist:
    """Publish something else about the provider."""
    return lambda other: other.extra.update(changes)


def page(status: int, body: bytes, mimetype: str = "application/json") -> Callable[[], Reply]:
    return lambda: (status, mimetype, body)


ANY_ENDPOINT: dict[str, Callable[[], Reply]] = {
    "html": page(200, b"<html><title>Oops</title></html>", "text/html"),
    "empty": page(200, b""),
    "null": page(200, b"null"),
    "list": page(200, b"[]"),
    "text": page(200, b'"hello"'),
    "number": page(200, b"7"),
    "bytes": page(200, b"\xff\xfe\x00"),
    "deep": page(200, b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}"),
    "half": page(200, b'{"sub": "chloe-the'),
    "large": page(200, b"[" + b"0," * (MANY // 2) + b"0]"),
    "redirect": page(302, b"http://127.0.0.1:9/elsewhere"),
    "redirect-307": page(307, b"http://127.0.0.1:9/elsewhere"),
    "unauthorized": page(401, b'{"error": "invalid_client"}'),
    "not-found": page(404, b"", "text/plain"),
    "broken": page(500, b"Traceback", "text/plain"),
    "busy": page(503, b"", "text/plain"),
    "too-many": page(429, b"", "text/plain"),
}
ENDPOINTS = ("/.well-known/openid-configuration", "/token", "/jwks", "/userinfo")


def endpoint_twists() -> Iterator[tuple[str, Twist]]:
    """List what any endpoint may answer instead."""
    for path in ENDPOINTS:
        for name, reply in ANY_ENDPOINT.items():
            yield f"{path}-{name}", answering(path, reply)


def _keys(*changes: Claims) -> Callable[[], Reply]:
    return lambda: as_json({"keys": [{**key_set()["keys"][0], **change} for change in changes]})


KEYS: dict[str, Callable[[], Reply]] = {
    "none": _keys(),
    "secret": lambda: as_json({"keys": [RSA.as_dict(private=True)]}),
    "shared": lambda: as_json({"keys": [{"kty": "oct", "k": "AAAA", "kid": RSA.thumbprint()}]}),
    "short": _keys({"n": "AQAB" * 20}),
    "damaged": _keys({"n": "!!!" * 200}),
    "others": _keys({"kid": "another"}),
    "encryption": _keys({"use": "enc"}),
    "another-alg": _keys({"alg": "PS256"}),
    "twice": _keys({}, {}),
    "many": _keys(*({"kid": f"k{number}"} for number in range(21))),
    "texts": page(200, b'{"keys": ["a"]}'),
    "a-text": page(200, b'{"keys": "a"}'),
}
ABOUT: dict[str, Claims] = {
    "issuer-elsewhere": {"issuer": "https://accounts.google.com"},
    "issuer-slash": {"issuer": "http://127.0.0.1/"},
    "issuer-none": {"issuer": None},
    "issuer-list": {"issuer": ["a"]},
    "token-none": {"token_endpoint": None},
    "token-number": {"token_endpoint": 7},
    "token-elsewhere": {"token_endpoint": "https://evil.example/token"},
    "token-inside": {"token_endpoint": "http://169.254.169.254/token"},
    "token-file": {"token_endpoint": "file:///etc/passwd"},
    "keys-none": {"jwks_uri": None},
    "keys-elsewhere": {"jwks_uri": "https://evil.example/jwks"},
    "keys-inside": {"jwks_uri": "http://[::1]/jwks"},
    "authorize-none": {"authorization_endpoint": None},
    "authorize-script": {"authorization_endpoint": "javascript:alert(1)"},
    "authorize-elsewhere": {"authorization_endpoint": "https://evil.example/authorize"},
    "userinfo-elsewhere": {"userinfo_endpoint": "https://evil.example/me"},
    "end-elsewhere": {"end_session_endpoint": "https://evil.example/end"},
}
TOKENS: dict[str, Claims] = {
    "nothing": {},
    "no-id-token": {"access_token": "a", "token_type": "Bearer"},
    "id-token-number": {"access_token": "a", "id_token": 7},
    "id-token-list": {"access_token": "a", "id_token": ["a"]},
    "id-token-text": {"access_token": "a", "id_token": "a"},
    "no-access-token": {"id_token": "a.b.c"},
    "access-token-number": {"access_token": 7, "id_token": "a.b.c"},
    "access-token-lines": {"access_token": "a\r\nX: y", "id_token": "a.b.c"},
    "access-token-accents": {"access_token": "é", "id_token": "a.b.c"},
    "error": {"error": "invalid_grant"},
    "error-unknown": {"error": "é" * 200},
    "error-beside-tokens": {"error": "server_error", "access_token": "a", "id_token": "a.b.c"},
}
PERSONS: dict[str, Claims] = {
    "another": {"sub": "somebody-else"},
    "nobody": {"email": "chloe@example.org"},
    "a-number": {"sub": 7},
    "a-list": {"sub": ["chloe-there"]},
    "none": {"sub": None},
}


def content_twists() -> Iterator[tuple[str, Twist]]:
    """List what endpoints may say in good form."""
    for name, reply in KEYS.items():
        yield f"jwks-{name}", answering("/jwks", reply)
    for name, changes in ABOUT.items():
        yield f"metadata-{name}", publishing(changes)
    for name, told in TOKENS.items():
        yield f"token-{name}", saying("/token", told)
    for name, told in PERSONS.items():
        yield f"userinfo-{name}", saying("/userinfo", told)
    twice = b'{"sub": "somebody-else", "sub": "chloe-there"}'
    yield "userinfo-two-subs", answering("/userinfo", page(200, twice))


FAMILIES = {
    "claims": dict(claim_twists()),
    "signatures": dict(signature_twists()),
    "endpoints": dict(endpoint_twists()),
    "contents": dict(content_twists()),
}
PARAMETERS: dict[str, list[tuple[str, str]]] = {
    "nothing": [],
    "no-code": [("state", "STATE")],
    "empty-code": [("state", "STATE"), ("code", "")],
    "two-codes": [("state", "STATE"), ("code", "CODE"), ("code", "other")],
    "two-states": [("state", "STATE"), ("state", "other"), ("code", "CODE")],
    "two-senders": [("state", "STATE"), ("code", "CODE"), ("iss", "a"), ("iss", "b")],
    "no-state": [("code", "CODE")],
    "state-longer": [("state", "STATEx"), ("code", "CODE")],
    "state-nul": [("state", "STATE\0"), ("code", "CODE")],
    "code-lines": [("state", "STATE"), ("code", "a\r\nb")],
    "code-long": [("state", "STATE"), ("code", "c" * 5000)],
    "code-unknown": [("state", "STATE"), ("code", "nobody-gave-it")],
    "code-accents": [("state", "STATE"), ("code", "é")],
    "code-and-error": [("state", "STATE"), ("code", "CODE"), ("error", "access_denied")],
    "error": [("state", "STATE"), ("error", "server_error")],
    "error-denied": [("state", "STATE"), ("error", "access_denied")],
    "error-script": [("state", "STATE"), ("error", "<script>alert(1)</script>")],
    "sender-empty-host": [("state", "STATE"), ("code", "CODE"), ("iss", "https://")],
    "sender-elsewhere": [("state", "STATE"), ("code", "CODE"), ("iss", "https://accounts.google.com")],
    "tokens-in-the-query": [("state", "STATE"), ("id_token", "a.b.c"), ("access_token", "a")],
}
