"""The examples are true: written from the schema, committed as written, valid with and without their comments."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from idp.settings.example import FILES, write_example
from idp.settings.json_schema import json_schema
from idp.settings.loader import load
from idp.settings.root import Settings
from tests.conftest import ROOT

COMMENTED_OUT = re.compile(r'^#(?=\[|[a-z_]+ = |"[^"]+" = |[A-Z][a-z]+ = )', re.MULTILINE)


def load_examples(folder: Path, server: str, landlord: str) -> Settings:
    (folder / "landlords").mkdir()
    (folder / "idp.toml").write_text(server, encoding="utf-8")
    (folder / "landlords/example.toml").write_text(landlord, encoding="utf-8")
    return load(folder, {})


def leaves(table: dict[str, Any], within: str = "") -> set[str]:
    """List the keys of every value in a table, those of the entries of its lists without their places."""
    found: set[str] = set()
    for key, value in table.items():
        inner = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else value
        found |= leaves(inner, f"{within}{key}.") if isinstance(inner, dict) else {within + key}
    return found


@pytest.mark.parametrize("name", FILES)
def test_committed_example_is_the_one_written(name: str) -> None:
    committed = (ROOT / "config" / "example" / name).read_text(encoding="utf-8")
    assert committed == write_example(name), "run `make examples`"


def test_examples_load_as_they_stand(tmp_path: Path) -> None:
    settings = load_examples(tmp_path, write_example("idp.toml"), write_example("landlord.toml"))
    assert settings.landlords["example"].name == "Régie Lutèce"


def test_defaults_in_the_examples_are_the_defaults(tmp_path: Path) -> None:
    plain, full = tmp_path / "plain", tmp_path / "full"
    for folder in (plain, full):
        folder.mkdir()
    server, landlord = write_example("idp.toml"), write_example("landlord.toml")
    as_it_stands = load_examples(plain, server, landlord)
    uncommented = load_examples(full, COMMENTED_OUT.sub("", server), COMMENTED_OUT.sub("", landlord))
    assert uncommented.server == as_it_stands.server
    assert uncommented.mail.smtp.timeout == as_it_stands.mail.smtp.timeout
    one, other = uncommented.landlords["example"], as_it_stands.landlords["example"]
    assert (one.ladder, one.captcha, one.tokens, one.sessions) == (
        other.ladder,
        other.captcha,
        other.tokens,
        other.sessions,
    )


@pytest.mark.parametrize("name", FILES)
def test_every_setting_stands_in_the_example(name: str) -> None:
    kind, _ = FILES[name]
    written = tomllib.loads(COMMENTED_OUT.sub("", write_example(name)))
    missing = {key for key in kind.model_fields if key not in written}
    assert missing == set()
    assert len(leaves(written)) > len(kind.model_fields)


def test_the_committed_landlords_use_only_what_the_example_shows() -> None:
    shown = leaves(tomllib.loads(COMMENTED_OUT.sub("", write_example("landlord.toml"))))
    chosen = ("registry.columns", "registry.facts", "registry.roles", "registry.kinds")
    chosen_keys = tuple(f"{key}." for key in (*chosen, "registration.may_enrol", "consents.only_if"))
    for path in (ROOT / "config" / "landlords").glob("*.toml"):
        used = leaves(tomllib.loads(path.read_text(encoding="utf-8")))
        without_languages = {re.sub(r"\.(fr|en)$", "", key) for key in used if not key.startswith(chosen_keys)}
        assert without_languages <= {re.sub(r"\.(fr|en)$", "", key) for key in shown}


def test_schema_names_every_setting_and_lets_numbers_come_from_the_environment() -> None:
    kind, _ = FILES["idp.toml"]
    schema = json_schema(kind)
    port = schema["$defs"]["Server"]["properties"]["port"]
    assert {"type": "string", "pattern": r"^\$\{[A-Z][A-Z0-9_]*(:-[^}]*)?\}$"} in port["anyOf"]
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert set(schema["properties"]) == set(kind.model_fields)


def test_schema_of_a_landlord_does_not_ask_for_the_slug() -> None:
    kind, _ = FILES["landlord.toml"]
    assert "slug" not in json_schema(kind)["properties"]


def test_examples_are_not_read_as_landlords(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    assert "landlord" not in load(tmp_path / "config", {}).landlords
