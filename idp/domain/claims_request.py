"""The `claims` parameter (OpenID Connect Core §5.5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from idp.domain import bounded_json

SUBJECT = re.compile(r"[\x21-\x7e]{1,255}")
MAX_LENGTH = 4096
MAX_DEPTH = 5
MAX_NAMES = 50


@dataclass(frozen=True, slots=True)
class ClaimsRequest:
    """Claims that an app asks for by name.

    Attributes:
        id_token: names for the ID token.
        userinfo: names for userinfo.
        sub: the only person the app wants to hear of, where it names one (§5.5.1).
        essential_acr: levels of assurance one of which the sign-in must reach, where the app says so (§5.5.1.1).
    """

    id_token: tuple[str, ...] = ()
    userinfo: tuple[str, ...] = ()
    sub: str | None = None
    essential_acr: tuple[str, ...] = ()


def parse(text: str) -> ClaimsRequest:
    """Read the parameter.

    Raises:
        ValueError: when it is no JSON object of the form that §5.5 describes, or a very large one.
    """
    value = bounded_json.parse(text, max_length=MAX_LENGTH, max_depth=MAX_DEPTH)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    id_token, userinfo = _members(value, "id_token"), _members(value, "userinfo")
    wanted = {_value(members.get("sub")) for members in (id_token, userinfo)} - {None}
    if len(wanted) > 1:
        raise ValueError("two different subjects")
    return ClaimsRequest(tuple(id_token), tuple(userinfo), next(iter(wanted), None), _essential(id_token.get("acr")))


def _members(value: Mapping[str, object], place: str) -> dict[str, object]:
    members = value.get(place) or {}
    if not isinstance(members, dict) or len(members) > MAX_NAMES:
        raise ValueError(f"{place} is not an object of claims")
    if not all(request is None or isinstance(request, dict) for request in members.values()):
        raise ValueError(f"{place} asks for a claim in an unknown way")
    return members


def _essential(request: object) -> tuple[str, ...]:
    """Read the values of a claim that is essential; one that is merely wished for has none."""
    if not isinstance(request, dict) or request.get("essential") is not True:
        return ()
    values = request["values"] if "values" in request else [request["value"]] if "value" in request else []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError("the values of a claim are a list of texts")
    return tuple(dict.fromkeys(values))


def _value(request: object) -> str | None:
    value = request.get("value") if isinstance(request, dict) else None
    if value is None:
        return None
    if not isinstance(value, str) or not SUBJECT.fullmatch(value):
        raise ValueError("a subject is at most 255 ASCII characters")
    return value
