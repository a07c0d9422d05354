"""The annotated example of each configuration file, written from the schema: it cannot be out of date."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from idp.settings.example_values import NEEDED, VALUES
from idp.settings.explained import explained
from idp.settings.landlord import LandlordFile
from idp.settings.section import Section, Text
from idp.settings.server import IdpFile

WIDTH = 112
LANGUAGES_OF_TEXT = get_args(Text)[0]
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
FILES: Mapping[str, tuple[type[Section], str]] = {
    "idp.toml": (IdpFile, "Settings of the server: copy it to `config/idp.toml`."),
    "landlord.toml": (LandlordFile, "Settings of one landlord: copy it to `config/landlords/<slug>.toml`."),
}
INTRODUCTION = (
    "Every setting there is. A line such as `#name = value` shows a default: take the # away to change it. "
    "`${NAME}` and `${NAME:-default}` in a text are taken from the environment. Durations are written 30s, 10m, "
    '24h or 21d. A text for people is in French, or `{ fr = "...", en = "..." }`. '
    "`idp config check` says what is wrong."
)


def write_example(name: str) -> str:
    """Write the example of a file.

    Args:
        name: `idp.toml` or `landlord.toml`.

    Returns:
        its text: valid as it stands.
    """
    kind, purpose = FILES[name]
    table = _table(explained(kind), kind.model_construct(), "")
    lines = [*_comment(purpose), *_comment(INTRODUCTION), "", *table]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _table(kind: type[Section], defaults: BaseModel, path: str) -> Iterator[str]:
    """Write the settings of a section, then the sections in it."""
    shown = defaults.model_dump(mode="json", warnings=False)
    sections = {name: field for name, field in kind.model_fields.items() if _inner(field) or _is_table(field)}
    for name, field in kind.model_fields.items():
        if name not in sections:
            yield from _comment(_words(field))
            yield _setting(name, field, shown.get(name), path)
            yield ""
    for name, field in sections.items():
        yield from _section(field, getattr(defaults, name, None), f"{path}{name}")


def _section(field: FieldInfo, default: object, path: str) -> Iterator[str]:
    inner, origin = _inner(field), get_origin(field.annotation)
    words = field.description or (inner.__doc__ if inner else "") or ""
    yield from _comment(words)
    if origin is dict:
        yield from _entries(field, inner, path)
    elif inner and (field.default in (None, []) and path not in NEEDED):
        lines = _items(inner, path) if origin is list else [f"[{path}]", *_absent(inner, path)]
        yield from _asleep(lines)
    elif inner and origin is list:
        yield from _items(inner, path)
    elif inner:
        needs_values = any(item.is_required() for item in inner.model_fields.values())
        yield f"#[{path}]" if needs_values and not field.is_required() else f"[{path}]"
        yield from _table(inner, default if isinstance(default, BaseModel) else inner.model_construct(), f"{path}.")


def _items(inner: type[Section], path: str) -> Iterator[str]:
    """Write a list: its first item with everything, the further ones it cannot do without in short."""
    yield f"[[{path}]]"
    yield from _absent(inner, path)
    for item in VALUES.get(path, []):
        yield f"[[{path}]]"
        yield from (f"{_key(key)} = {_toml(value)}" for key, value in item.items())
        yield ""


def _absent(inner: type[Section], path: str) -> Iterator[str]:
    return _table(inner, inner.model_construct(), f"{path}.")


def _asleep(lines: Iterable[str]) -> Iterator[str]:
    """Write a section that is absent by default: every line of it a comment."""
    yield from (line if not line or line.startswith("#") else f"#{line}" for line in lines)


def _entries(field: FieldInfo, inner: type[Section] | None, path: str) -> Iterator[str]:
    """Write a table whose keys the administrator chooses."""
    keys = get_args(get_args(field.annotation)[0])
    if keys:
        yield from _comment(f"Keys: {', '.join(keys)}.")
    for name, item in inner.model_fields.items() if inner else ():
        yield from _comment(f"- {name}: {_words(item)}")
    yield f"[{path}]"
    mark = "" if field.is_required() or path in NEEDED else "#"
    yield from (f"{mark}{_key(key)} = {_toml(value)}" for key, value in VALUES[path].items())
    yield ""


def _setting(name: str, field: FieldInfo, default: object, path: str) -> str:
    needed = path + name in NEEDED
    value = VALUES[path + name] if default is None or needed else default
    live = needed or (field.is_required() and default is None)
    return f"{'' if live else '#'}{name} = {_toml(value)}"


def _words(field: FieldInfo) -> str:
    """Join what a setting means with the values that it takes."""
    choices = _choices(field.annotation)
    least = next((item.ge for item in field.metadata if isinstance(item, Ge)), None)
    most = next((item.le for item in field.metadata if isinstance(item, Le)), None)
    limits = f" {least} to {most}." if isinstance(least, int | float) and isinstance(most, int | float) else ""
    listed = f" One of: {', '.join(map(_toml, choices))}." if choices else ""
    return (field.description or "") + listed + limits


def _choices(annotation: object) -> tuple[object, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    inner = get_args(annotation) if get_origin(annotation) is not dict else ()
    return next(filter(None, map(_choices, inner)), ())


def _inner(field: FieldInfo) -> type[Section] | None:
    """Find the section that a setting is, or that its list or table is made of."""
    candidates = [field.annotation, *get_args(field.annotation)]
    return next((item for item in candidates if isinstance(item, type) and issubclass(item, Section)), None)


def _is_table(field: FieldInfo) -> bool:
    """Tell a table from a text in several languages."""
    return get_origin(field.annotation) is dict and field.annotation != LANGUAGES_OF_TEXT


def _comment(text: str) -> Iterator[str]:
    line = "#"
    for word in text.split():
        if len(line) + len(word) > WIDTH:
            yield line
            line = "#"
        line += f" {word}"
    if line != "#":
        yield line


def _key(text: str) -> str:
    return text if BARE_KEY.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _toml(value: Any) -> str:
    """Write a value as TOML; its basic strings escape as JSON does."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
