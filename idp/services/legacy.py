"""Verifies the password hashes that former portals left behind."""

import re
from dataclasses import dataclass
from typing import Any

BCRYPT_BYTES = 72


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of hash.

    Attributes:
        pattern: what such a hash looks like; the costs it admits are those that a sign-in can wait for.
        handler: what verifies it, by its name in passlib.
        significant: number of bytes of the password that count, None for all.
    """

    pattern: re.Pattern[str]
    handler: str
    significant: int | None = None


FORMATS = (
    Format(re.compile(r"\{SSHA\}[A-Za-z0-9+/]{32,48}={0,2}"), "ldap_salted_sha1"),
    Format(re.compile(r"\{MD5\}[A-Za-z0-9+/]{22}=="), "ldap_md5"),
    Format(
        re.compile(r"pbkdf2_sha256\$[1-9][0-9]{0,5}\$[A-Za-z0-9]{1,64}\$[A-Za-z0-9+/]{43}="),
        "django_pbkdf2_sha256",
    ),
    Format(re.compile(r"\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}"), "bcrypt", BCRYPT_BYTES),
    Format(
        re.compile(r"\$6\$(rounds=[1-9][0-9]{3,5}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{86}"),
        "sha512_crypt",
    ),
)


def known(legacy_hash: str) -> bool:
    """Tell whether a hash is of a kind that can be verified."""
    return _format_of(legacy_hash) is not None


def verify(legacy_hash: str, password: str) -> bool:
    """Compare a password with the hash that a former portal kept of it.

    Args:
        legacy_hash: any text.
        password: any text; only the first 72 bytes count where the hash is bcrypt, as they did then.

    Returns:
        whether the hash is of a known kind and the password is the one it was made from.
    """
    found = _format_of(legacy_hash)
    if found is None:
        return False
    try:
        return bool(_handler(found).verify(password.encode()[: found.significant], legacy_hash))
    except ValueError:  # a password that such a hash cannot be made of: a NUL, a lone surrogate, 5,000 characters
        return False


def _format_of(legacy_hash: str) -> Format | None:
    return next((kind for kind in FORMATS if _reads(kind, legacy_hash)), None)


def _reads(kind: Format, legacy_hash: str) -> bool:
    if not kind.pattern.fullmatch(legacy_hash):
        return False
    try:
        _handler(kind).from_string(legacy_hash)
    except ValueError:
        return False
    return True


def _handler(kind: Format) -> Any:
    from passlib.registry import get_crypt_handler  # noqa: PLC0415 -- most landlords have no former portal

    return get_crypt_handler(kind.handler)
