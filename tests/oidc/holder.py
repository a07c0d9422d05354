"""An app's key, and the proofs that the app holds it (RFC 9449), as its developer would make them."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from tests.conftest import HandClock

NUMBERS = count()


@dataclass
class Holder:
    """Somebody who holds a key.

    Attributes:
        clock: their clock.
        alg: what the key signs with.
        key: the key.
        nonce: the newest nonce of the provider.
    """

    clock: HandClock
    alg: str = "ES256"
    key: Any = field(default_factory=lambda: ECKey.generate_key("P-256"))
    nonce: str | None = None

    @property
    def thumbprint(self) -> str:
        """The name of the key."""
        name: str = self.key.thumbprint()
        return name

    def __call__(self, method: str, address: str, access_token: str | None) -> str:
        """Make the proof for a request."""
        return self.proof(method, address, access_token)

    def proof(
        self, method: str, address: str, access_token: str | None = None, *, header: Any = None, **changes: Any
    ) -> str:
        """Make a proof; None takes a claim or a member of the header away."""
        ath = None if access_token is None else digest(access_token)
        usual = {
            "htm": method,
            "htu": address,
            "iat": int(self.clock.now.timestamp()),
            "jti": f"proof {next(NUMBERS)}",
            "ath": ath,
            "nonce": self.nonce,
        }
        members = {"typ": "dpop+jwt", "alg": self.alg, "jwk": self.key.as_dict(private=False)} | (header or {})
        return sign(self.key, _present(members), _present(usual | changes))


def sign(key: RSAKey | ECKey | OKPKey, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Sign whatever the header says, also what nobody should."""
    message = f"{part(header)}.{part(claims)}"
    signature = JWSRegistry.algorithms[header["alg"]].sign(message.encode(), key)
    return f"{message}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def unsigned(token: str, alg: object) -> str:
    """Take the signature off a token, and name another algorithm in its header."""
    encoded, claims, _ = token.split(".")
    members = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    return f"{part({**members, 'alg': alg})}.{claims}."


def part(value: object) -> str:
    """Write a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def digest(access_token: str) -> str:
    """Hash an access token (RFC 9449 §4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()).decode().rstrip("=")


def _present(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
