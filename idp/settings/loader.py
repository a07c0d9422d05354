"""Reads the configuration folder and reports every problem at once."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from idp.settings.landlord import Landlord
from idp.settings.root import Settings
from idp.settings.section import Section
from idp.settings.server import IdpFile

Checked = TypeVar("Checked", bound=BaseModel)
REFERENCE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}")
SECRET_WORDS = ("secret", "password", "url")  # a database url may hold a password


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one value of one file."""

    file: str
    key: str
    value: str
    reason: str

    def __str__(self) -> str:
        shown = f" = {self.value}" if self.value else ""
        return f"{self.file}: {self.key}{shown}: {self.reason}"


class ConfigurationError(Exception):
    """The configuration cannot be used; `problems` says all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def load(folder: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check `idp.toml` and `landlords/*.toml`.

    Args:
        folder: the configuration folder.
        environ: where `${NAME}` and `${NAME:-default}` in any text value are looked up.

    Returns:
        the settings of the server and of all landlords.

    Raises:
        ConfigurationError: with every problem of every file.
    """
    problems: list[Problem] = []
    server = _read(folder / "idp.toml", environ, problems)
    base = _check(IdpFile, server, "idp.toml", problems)
    landlords = {}
    for path in sorted((folder / "landlords").glob("*.toml")):
        name = f"landlords/{path.name}"
        values = _read(path, environ, problems, shown=name)
        issuer = values.get("issuer")
        if base and isinstance(issuer, str) and issuer.startswith("/"):
            values["issuer"] = base.server.public_url + issuer
        landlord = _check(Landlord, {"slug": path.stem, **values}, name, problems) if values else None
        if landlord:
            landlords[landlord.slug] = landlord
    if not problems and not landlords:
        problems.append(Problem("landlords/", "*.toml", "", "there is no landlord"))
    settings = _check(Settings, {**server, "landlords": landlords}, "idp.toml", problems) if base else None
    problems += _same_issuer_twice(landlords)
    if problems or settings is None:
        raise ConfigurationError(problems)
    return settings


def _read(
    path: Path, environ: Mapping[str, str], problems: list[Problem], shown: str | None = None
) -> dict[str, Any]:
    name = shown or path.name
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(Problem(name, "file", "", "does not exist"))
        return {}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(name, "file", "", f"is not TOML: {error}"))
        return {}
    filled = _fill(values, environ, name, "", problems)
    assert isinstance(filled, dict)
    return filled


def _fill(value: object, environ: Mapping[str, str], file: str, key: str, problems: list[Problem]) -> object:
    if isinstance(value, dict):
        return {
            name: _fill(item, environ, file, f"{key}.{name}".lstrip("."), problems) for name, item in value.items()
        }
    if isinstance(value, list):
        return [_fill(item, environ, file, f"{key}.{place}", problems) for place, item in enumerate(value)]
    if not isinstance(value, str):
        return value

    def look_up(match: re.Match[str]) -> str:
        found = environ.get(match[1], match[2])
        if found is None:
            problems.append(Problem(file, key, match[0], f"the environment has no {match[1]}"))
            return ""
        return found

    filled = REFERENCE.sub(look_up, value)
    whole = REFERENCE.fullmatch(value)
    return int(filled) if whole and re.fullmatch(r"[0-9]{1,9}", filled) else filled


def _check(kind: type[Checked], values: dict[str, Any], file: str, problems: list[Problem]) -> Checked | None:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        for item in error.errors():
            key = ".".join(str(part) for part in item["loc"]) or "file"
            problems.append(Problem(file, key, _shown(key, item["input"]), _reason(item["type"], item["msg"])))
        return None


def _shown(key: str, value: object) -> str:
    """Show a value in a problem, unless it is a whole table or may hold a secret."""
    hidden = any(word in key.rsplit(".", 1)[-1] for word in SECRET_WORDS)
    return "" if hidden or isinstance(value, dict | list | Section) else repr(value)


def _reason(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "there is no such setting"
    return message.removeprefix("Value error, ")


def _same_issuer_twice(landlords: dict[str, Landlord]) -> list[Problem]:
    first: dict[str, str] = {}
    return [
        Problem(
            f"landlords/{slug}.toml",
            "issuer",
            landlord.issuer,
            f"is the issuer of {first[landlord.issuer]} too",
        )
        for slug, landlord in landlords.items()
        if first.setdefault(landlord.issuer, slug) != slug
    ]
