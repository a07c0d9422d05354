"""Templates and views know each other: none is orphaned, none is missing."""

import ast
import re
from fnmatch import fnmatch
from pathlib import Path

from flask import Flask
from jinja2 import Environment, meta

from tests.guards.sources import ROOT, modules, tree

TEMPLATES = ROOT / "templates"
NOT_TEMPLATES = ("static", "translations")
ENDPOINT = re.compile(r"""\b(?:to|url_for)\(\s*["']([a-z_.]+)["']""")


def templates() -> set[str]:
    """Name every template as the loader does."""
    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file()}
    return {name for name in names if name.partition("/")[0] not in NOT_TEMPLATES}


def pattern(node: ast.AST) -> str | None:
    """Read a string or an f-string as a file name, with `*` for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    return None


def named_in_code() -> set[str]:
    """List the template names and patterns in the code."""
    found = {pattern(node) for path in modules("idp") for node in ast.walk(tree(path))}
    return {name for name in found if name and re.fullmatch(r"[\w*/.-]+\.(html|txt|css|xml|[*])", name)}


def named_in_templates() -> set[str]:
    """List the templates that other templates extend, include or import."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    return {
        name
        for template in templates()
        for name in meta.find_referenced_templates(
            environment.parse((TEMPLATES / template).read_text(encoding="utf-8"))
        )
        if name
    }


def test_every_template_is_rendered() -> None:
    used = named_in_code() | named_in_templates()
    assert sorted(name for name in templates() if not any(fnmatch(name, one) for one in used)) == []


def test_every_template_that_is_named_exists() -> None:
    exact = {name for name in named_in_code() | named_in_templates() if "*" not in name}
    known = templates() | {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("static/*")}
    assert sorted(exact - known) == []


def test_links_in_templates_lead_somewhere(app: Flask) -> None:
    texts = {name: (TEMPLATES / name).read_text(encoding="utf-8") for name in templates()}
    lost = {
        f"{name}: {endpoint}"
        for name, text in texts.items()
        for endpoint in ENDPOINT.findall(text)
        if endpoint not in app.view_functions
    }
    assert lost == set()


def test_templates_never_switch_escaping_off() -> None:
    unsafe = re.compile(r"\|\s*safe\b|autoescape\s+false")
    assert [
        name for name in sorted(templates()) if unsafe.search((TEMPLATES / name).read_text(encoding="utf-8"))
    ] == []


def test_templates_load_nothing_from_elsewhere() -> None:
    foreign = re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""")
    pages = [path for path in TEMPLATES.rglob("*.html") if isinstance(path, Path)]
    assert [path.name for path in pages if foreign.search(path.read_text(encoding="utf-8"))] == []
