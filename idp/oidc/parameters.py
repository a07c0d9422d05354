"""Reads protocol parameters: each once, bounded, storable; what is not known is not looked at."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from unicodedata import category
from urllib.parse import parse_qsl

from idp.web.asked import Carrier

QUERY_LIMIT = 8192
VALUE_LIMIT = 4096
FIELD_LIMIT = 50
FORM = "application/x-www-form-urlencoded"

KNOWN = frozenset(
    (
        *("client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "prompt"),
        *("display", "max_age", "ui_locales", "claims_locales", "id_token_hint", "login_hint", "acr_values"),
        *("claims", "request", "request_uri", "registration", "code_challenge", "code_challenge_method"),
        *("dpop_jkt",),
        *("grant_type", "code", "code_verifier", "refresh_token", "client_secret"),
        *("client_assertion", "client_assertion_type", "access_token"),
        *("post_logout_redirect_uri", "logout_hint"),
        *("token", "token_type_hint"),
        "device_code",
        *("subject_token", "subject_token_type", "actor_token", "actor_token_type"),
        *("requested_token_type", "audience", "resource"),
    )
)
EMPTY_COUNTS = frozenset({"code_challenge", "code_challenge_method", "code_verifier"})
"""An empty value is as good as none (RFC 6749 §3.1), except where that would lift a protection."""
REPEATABLE = frozenset({"resource"})
"""May be there several times (RFC 8707 §2): read them with `several`."""
MAY_HOLD_LINES = frozenset({"claims"})
LINES = {ord(letter): None for letter in "\t\r\n"}

Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Malformed:
    """The parameters cannot be read; `why` is for the app's developer."""

    why: str


def from_query(request: Carrier) -> Parameters | Malformed:
    """Read the query of a request."""
    if len(request.query_string) > QUERY_LIMIT:
        return Malformed("the query is too long")
    return _read(request.query_string)


def from_body(request: Carrier) -> Parameters | Malformed:
    """Read the form in the body of a request; the query does not count (RFC 6749 §3.2)."""
    if request.mimetype != FORM:
        return Malformed(f"the body must be {FORM}")
    return _read(request.get_data())


def from_either(request: Carrier) -> Parameters | Malformed:
    """Read the body of a POST and the query of anything else."""
    return from_body(request) if request.method == "POST" else from_query(request)


def _read(text: bytes) -> Parameters | Malformed:
    try:
        pairs = parse_qsl(text.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELD_LIMIT)
    except ValueError:
        return Malformed("the parameters are not UTF-8, or too many")
    return _gather(pairs)


def from_claims(claims: Mapping[str, object]) -> Parameters | Malformed:
    """Read the parameters in a request object, bounded like those in a query (RFC 9101 §4)."""
    found: list[tuple[str, str]] = []
    for name, value in claims.items():
        if name not in KNOWN:
            continue
        if name in REPEATABLE and isinstance(value, list) and all(isinstance(one, str) for one in value):
            found.extend((name, one) for one in value)
        elif isinstance(value, dict):
            found.append((name, json.dumps(value)))
        elif isinstance(value, str | int) and not isinstance(value, bool):
            found.append((name, str(value)))
        else:
            return Malformed(f"{name} is neither text nor a number nor an object")
    return _gather(found)


def _gather(pairs: Iterable[tuple[str, str]]) -> Parameters | Malformed:
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in KNOWN:
            continue
        if name in found and name not in REPEATABLE:
            return Malformed(f"{name} is there more than once")
        if len(value) > VALUE_LIMIT:
            return Malformed(f"{name} is too long")
        if not _storable(value.translate(LINES) if name in MAY_HOLD_LINES else value):
            return Malformed(f"{name} holds control characters")
        found[name] = f"{found[name]}\n{value}" if name in found else value
    return {name: value for name, value in found.items() if value or name in EMPTY_COUNTS}


def several(request: Parameters, name: str) -> tuple[str, ...]:
    """Read a parameter that may be there several times: each of its values once."""
    return tuple(dict.fromkeys(value for value in request.get(name, "").split("\n") if value))


def pairs(request: Parameters) -> list[tuple[str, str]]:
    """Write parameters down as they came."""
    return [
        (name, value)
        for name in request
        for value in (several(request, name) if name in REPEATABLE else (request[name],))
    ]


def _storable(value: str) -> bool:
    return value.isprintable() or not any(category(letter) in ("Cc", "Cs") for letter in value)
