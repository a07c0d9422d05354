"""Reads the configuration folder and reports every problem at once."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from idp.settings.landlord import SLUG, Landlord
from idp.settings.problem import PROGRAM_FILE, ConfigurationError, Problem, landlord_file, show
from idp.settings.references import fill
from idp.settings.refusals import refusals
from idp.settings.root import Settings
from idp.settings.section import Section
from idp.settings.server import IdpFile

Checked = TypeVar("Checked", bound=BaseModel)


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
    server = _read(folder / PROGRAM_FILE, PROGRAM_FILE, environ, problems)
    base = None if server is None else _check(IdpFile, server, PROGRAM_FILE, problems)
    landlords = dict(_landlords(folder / "landlords", base, environ, problems))
    problems += _shadowed(landlords)
    if base and not problems:
        settings = _check(Settings, {**(server or {}), "landlords": landlords}, PROGRAM_FILE, problems)
        if settings:
            problems += refusals(settings, folder / PROGRAM_FILE, environ)
        if settings and not problems:
            return settings
    raise ConfigurationError(problems)


def _landlords(
    folder: Path, base: IdpFile | None, environ: Mapping[str, str], problems: list[Problem]
) -> Iterator[tuple[str, Landlord]]:
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        problems.append(Problem("landlords/", "", "", "there is no landlord: no *.toml file"))
    for path in paths:
        name = f"landlords/{path.name}"
        if not re.fullmatch(SLUG, path.stem):
            problems.append(Problem(name, "", "", "name the file with small letters, digits and dashes"))
            continue
        values = _read(path, name, environ, problems)
        if values is None:
            continue
        if "slug" in values:
            problems.append(Problem(name, "slug", "", "is the name of the file, and not set in it"))
        issuer = values.get("issuer")
        if isinstance(issuer, str) and issuer.startswith("/"):
            values["issuer"] = (base.server.public_url if base else "http://localhost") + issuer
        landlord = _check(Landlord, {**values, "slug": path.stem}, name, problems)
        if landlord:
            yield landlord.slug, landlord


def _read(path: Path, name: str, environ: Mapping[str, str], problems: list[Problem]) -> dict[str, Any] | None:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(Problem(name, "", "", f"cannot be read: {error.strerror}"))
        return None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(name, "", "", f"is not TOML: {error}"))
        return None
    return fill(values, environ, name, problems)


def _check(kind: type[Checked], values: dict[str, Any], file: str, problems: list[Problem]) -> Checked | None:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            key = ".".join(str(part) for part in item["loc"])
            unknown = item["type"] == "extra_forbidden"
            value = "" if unknown else show(key, item["input"])
            reason = _no_such_setting(kind, item["loc"]) if unknown else _reason(item["type"], item["msg"])
            problems.append(Problem(file, key, value, reason))
        return None


def _reason(kind: str, message: str) -> str:
    return "is missing" if kind == "missing" else message.removeprefix("Value error, ")


def _no_such_setting(kind: type[BaseModel], place: tuple[str | int, ...]) -> str:
    """Say that a setting does not exist, and which one may have been meant."""
    section = kind
    for part in place[:-1]:
        field = section.model_fields.get(str(part))
        section = _section_in(field.annotation) or section if field else section
    near = get_close_matches(str(place[-1]), section.model_fields, n=1)
    return "there is no such setting" + (f"; did you mean `{near[0]}`?" if near else "")


def _section_in(annotation: object) -> type[Section] | None:
    """Find the section in an annotation such as `list[Client]`."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next(filter(None, map(_section_in, get_args(annotation))), None)


def _shadowed(landlords: Mapping[str, Landlord]) -> list[Problem]:
    """Find landlords that cannot be reached, because another one has their address or the whole of their host."""
    problems = []
    first: dict[str, str] = {}
    for slug, landlord in landlords.items():
        host = landlord.issuer.removesuffix(landlord.mount)
        other = first.setdefault(landlord.issuer, slug)
        if other != slug:
            problems.append(_issuer_problem(landlord, f"is the issuer of {other} too"))
        elif landlord.mount and (whole := next((o for o in landlords.values() if o.issuer == host), None)):
            problems.append(_issuer_problem(landlord, f"the whole of {host} belongs to {whole.slug}"))
    return problems


def _issuer_problem(landlord: Landlord, reason: str) -> Problem:
    return Problem(landlord_file(landlord.slug), "issuer", repr(landlord.issuer), reason)
