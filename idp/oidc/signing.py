"""Writes tokens: JWS in compact form (RFC 7515 §3.1), by the algorithms of RFC 7518 §3.1 and RFC 8037 §3.1.

Tokens are most of what the provider makes, and all of them have the same few headers: these are written once, and
the key goes straight to what signs.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from idp.settings.client import Algorithm

P256_BYTES = 32
ECDSA = ec.ECDSA(SHA256())
PKCS1 = padding.PKCS1v15()
PSS = padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size)


def compact(header: Mapping[str, str], claims: Mapping[str, object], key: Any) -> str:
    """Write a signed token.

    Args:
        header: its `alg`, the `kid` of the key, its `typ`.
        claims: what it says.
        key: the private key, as the cryptography library has it, made for that algorithm.
    """
    signed = _header(header["alg"], header["kid"], header["typ"]) + b"." + _encode(orjson.dumps(claims))
    return (signed + b"." + _encode(SIGN[header["alg"]](key, signed))).decode()


def _es256(key: Any, signed: bytes) -> bytes:
    """The two numbers side by side, not in the ASN.1 of the library (RFC 7518 §3.4)."""
    return b"".join(number.to_bytes(P256_BYTES, "big") for number in decode_dss_signature(key.sign(signed, ECDSA)))


SIGN: Mapping[Algorithm | str, Callable[[Any, bytes], bytes]] = {
    "ES256": _es256,
    "RS256": lambda key, signed: bytes(key.sign(signed, PKCS1, SHA256())),
    "PS256": lambda key, signed: bytes(key.sign(signed, PSS, SHA256())),
    "Ed25519": lambda key, signed: bytes(key.sign(signed)),
}


@lru_cache(maxsize=256)
def _header(alg: str, kid: str, typ: str) -> bytes:
    return _encode(orjson.dumps({"alg": alg, "kid": kid, "typ": typ}))


def _encode(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")
