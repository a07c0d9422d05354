"""Hashing, sealing and secrets: the only place that touches the root secret."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from idp.services.hashing import Argon2id
from idp.settings.server import Hashing

ROOT_BYTES = 32
NONCE_BYTES = 12


class SealBrokenError(Exception):
    """Something sealed cannot be opened: another root secret, another row, or it was changed."""


def new_secret() -> str:
    """Draw 256 random bits, as 43 base64url characters."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Hash a 256-bit secret for storage: SHA-256 in hexadecimal, enough for what cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class Vault:
    """Keys derived from the root secrets, the first of which is the present one.

    Args:
        roots: root secrets of at least 32 bytes, the present one first, earlier ones after it.
        hashing: cost of one password hash.
        processes: how many processes share the machine's processors.

    Attributes:
        hashing: what passwords are hashed by.

    Raises:
        ValueError: when a root secret is too short.
    """

    def __init__(self, roots: Sequence[bytes], hashing: Hashing, processes: int = 1) -> None:
        if not roots or any(len(root) < ROOT_BYTES for root in roots):
            raise ValueError(f"the root secret must hold at least {ROOT_BYTES} bytes")
        self._roots = {_derive(root, "key id")[:4].hex(): root for root in roots}
        self._present = next(iter(self._roots))
        self._derived: dict[tuple[str, str], bytes] = {}
        self.hashing = Argon2id(hashing, processes)
        self._decoy = self.hash_password(new_secret(), here=True)

    def hash_password(self, password: str, *, here: bool = False) -> str:
        """Hash a password or code with argon2id, peppered.

        Args:
            password: what to hash.
            here: on the calling thread, for somebody who has threads of their own.

        Returns:
            `<root key id>$argon2id$...`, 200 characters at most.
        """
        return self._present + self.hashing.hash(self._peppered(password, self._present), here=here)

    def verify_password(self, hashed: str | None, password: str) -> bool:
        """Compare a password with its hash; without a hash, take the same time and say no."""
        key_id, _, encoded = (hashed or self._decoy).partition("$")
        if key_id not in self._roots:
            return False
        return self.hashing.verify("$" + encoded, self._peppered(password, key_id)) and hashed is not None

    def needs_rehash(self, hashed: str) -> bool:
        """Tell whether a hash was made with an earlier cost or an earlier root secret."""
        key_id, _, encoded = hashed.partition("$")
        return key_id != self._present or self.hashing.is_outdated("$" + encoded)

    def seal(self, text: str, row: str) -> str:
        """Encrypt a text for one row of one table (AES-256-GCM).

        Args:
            text: what to hide.
            row: identity of the row, such as `mail:<message id>`; opening needs the same.
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        box = self._cipher(self._present).encrypt(nonce, text.encode(), row.encode())
        return f"{self._present}.{base64.urlsafe_b64encode(nonce + box).decode()}"

    def unseal(self, sealed: str, row: str) -> str:
        """Decrypt what `seal` made for the same row.

        Raises:
            SealBrokenError: when it was sealed by another root secret, for another row, or was changed.
        """
        key_id, _, encoded = sealed.partition(".")
        box = base64.urlsafe_b64decode(encoded)
        try:
            return self._cipher(key_id).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], row.encode()).decode()
        except (KeyError, InvalidTag) as error:
            raise SealBrokenError(row) from error

    def is_sealed_anew(self, sealed: str) -> bool:
        """Tell whether something was sealed with the present root secret, not with an earlier one."""
        return sealed.partition(".")[0] == self._present

    def mac(self, purpose: str, text: str) -> str:
        """Compute a keyed digest (HMAC-SHA-256) of a text for one purpose, as 43 base64url characters."""
        return base64.urlsafe_b64encode(self._hmac(purpose, self._present, text)).decode().rstrip("=")

    def macs(self, purpose: str, text: str) -> list[str]:
        """Compute the digests of `mac` under every root secret, for what was kept under an earlier one."""
        found = [self._hmac(purpose, key_id, text) for key_id in self._roots]
        return [base64.urlsafe_b64encode(code).decode().rstrip("=") for code in found]

    def derive(self, purpose: str) -> bytes:
        """Derive a 32-byte key for one purpose, such as signing cookies."""
        return _derive(self._roots[self._present], purpose)

    def _hmac(self, purpose: str, key_id: str, text: str) -> bytes:
        key = self._key(key_id, purpose)
        return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")

    def _peppered(self, password: str, key_id: str) -> bytes:
        return base64.b64encode(self._hmac("password pepper", key_id, password))

    def _cipher(self, key_id: str) -> AESGCM:
        return AESGCM(self._key(key_id, "sealing"))

    def _key(self, key_id: str, purpose: str) -> bytes:
        """Derive a key once: the purposes are few."""
        found = self._derived.get((key_id, purpose))
        if found is None:
            found = self._derived[key_id, purpose] = _derive(self._roots[key_id], purpose)
        return found


def _derive(root: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), ROOT_BYTES, salt=None, info=f"loge {purpose}".encode()).derive(root)
