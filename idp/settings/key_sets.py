"""Public keys of apps (RFC 7517): read strictly, whoever wrote them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from idp.domain import bounded_json
from idp.settings.secret_files import NotReadyError

SIZE_LIMIT = 64 * 1024
DEPTH_LIMIT = 4
KEYS_LIMIT = 20
RSA_BITS = 2048
BITS_IN_A_LETTER = 6  # of base64
SECRET_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
MEMBERS = frozenset({"kty", "crv", "n", "e", "x", "y"})
KINDS: Mapping[tuple[str, str | None], tuple[type[RSAKey | ECKey | OKPKey], frozenset[str]]] = {
    ("RSA", None): (RSAKey, frozenset({"RS256", "PS256"})),
    ("EC", "P-256"): (ECKey, frozenset({"ES256"})),
    ("OKP", "Ed25519"): (OKPKey, frozenset({"Ed25519"})),
}
"""What is understood: the type and the curve, and the algorithms it is good for."""
ALGORITHMS = sorted({name for _, names in KINDS.values() for name in names})


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An app's public key.

    Attributes:
        key: the key.
        algorithms: what it may have signed with; one only, where the key says so itself.
    """

    key: RSAKey | ECKey | OKPKey
    algorithms: frozenset[str]


KeySet = Mapping[str, PublicKey]


def parse(text: str) -> KeySet:
    """Read the text of a key set.

    Raises:
        ValueError: with words for the administrator.
    """
    try:
        value = bounded_json.parse(text, max_length=SIZE_LIMIT, max_depth=DEPTH_LIMIT)
    except ValueError:
        raise ValueError("is no JSON of a reasonable size") from None
    return read(value)


def from_file(path: Path) -> KeySet:
    """Read a file with a key set.

    Raises:
        NotReadyError: when there is none, or it cannot be used.
    """
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise NotReadyError(f"{path} cannot be read: {type(error).__name__}") from None
    except ValueError as error:
        raise NotReadyError(f"{path} {error}") from None


def read(value: object) -> KeySet:
    """Read a key set: its keys by `kid`, a lonely key without one by the empty name.

    Keys of a type that is not understood are left out (RFC 7517 §5), as are keys for encryption.

    Raises:
        ValueError: with words for the administrator.
    """
    listed = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise ValueError('is no key set: write { "keys": [ ... ] }')
    if len(listed) > KEYS_LIMIT:
        raise ValueError(f"holds more than {KEYS_LIMIT} keys")
    found = list(_understood(listed))
    if not found:
        raise ValueError("holds no key for signatures that is understood")
    names = [name for name, _ in found]
    if len(set(names)) < len(names) or ("" in names and len(names) > 1):
        raise ValueError("every key needs a kid of its own")
    return dict(found)


def read_one(value: object) -> PublicKey:
    """Read one public key.

    Raises:
        ValueError: when it is none that is understood, or holds a secret half.
    """
    found = list(_understood([value])) if isinstance(value, dict) else []
    if not found:
        raise ValueError("is no key for signatures that is understood")
    return found[0][1]


def pick(keys: KeySet, kid: object) -> PublicKey | None:
    """Find the key that a token names; one that names none is of the only key there is (RFC 7515 §4.1.4).

    Args:
        keys: those of whoever is to have signed.
        kid: the name in the token's header, None where there is none.
    """
    if kid is None:
        return next(iter(keys.values())) if len(keys) == 1 else None
    return keys.get(kid) if isinstance(kid, str) else None


def _understood(listed: list[dict[str, object]]) -> Iterator[tuple[str, PublicKey]]:
    for jwk in listed:
        if SECRET_MEMBERS & jwk.keys():
            raise ValueError("holds the secret half of a key; only the app itself may have that")
        named = jwk.get("kty"), jwk.get("crv")
        kind = next((kind for name, kind in KINDS.items() if name == named), None)
        kid = jwk.get("kid", "")
        if kind is None or jwk.get("use", "sig") != "sig" or not isinstance(kid, str):
            continue
        algorithms = frozenset(name for name in kind[1] if jwk.get("alg", name) == name)
        if algorithms:
            yield kid, PublicKey(_import(kind[0], jwk), algorithms)


def _import(kind: type[RSAKey | ECKey | OKPKey], jwk: dict[str, object]) -> RSAKey | ECKey | OKPKey:
    members: dict[str, str | list[str]] = {
        name: value for name, value in jwk.items() if isinstance(value, str) and name in MEMBERS
    }
    if kind is RSAKey and len(members.get("n", "")) * BITS_IN_A_LETTER < RSA_BITS:
        raise ValueError(f"holds an RSA key of fewer than {RSA_BITS} bits")
    try:
        return kind.import_key(members)
    except (JoseError, ValueError, TypeError):
        raise ValueError("holds a key that is damaged") from None
