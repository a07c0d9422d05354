"""What is installed is what is written: every package listed, every requirement locked."""

import json
import re
from configparser import ConfigParser

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.guards.sources import ROOT, modules

LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
BESIDE = {"idp.config", "idp.migrations", "idp.templates"}


@pytest.fixture(scope="module")
def setup() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return {canonicalize_name(package): version for package, version in LOCKED.findall(text)}


def test_every_package_is_listed(setup: ConfigParser) -> None:
    listed = set(setup["options"]["packages"].split())
    present = {".".join(path.parent.relative_to(ROOT).parts) for path in modules("idp")}
    assert listed - BESIDE == present


@pytest.mark.parametrize(("lock", "extras"), [("requirements.lock", []), ("requirements-test.lock", ["test"])])
def test_lock_fits_the_requirements(setup: ConfigParser, lock: str, extras: list[str]) -> None:
    wanted = setup["options"]["install_requires"].split("\n")
    for extra in ["checkout", *extras]:
        wanted += setup["options.extras_require"][extra].split("\n")
    versions = locked(lock)
    missing = [
        line
        for line in filter(None, wanted)
        if (requirement := Requirement(line))
        and not requirement.specifier.contains(versions.get(canonicalize_name(requirement.name), "0"))
    ]
    assert missing == [], "run `make lock`"


def test_both_locks_agree() -> None:
    runtime, test = locked("requirements.lock"), locked("requirements-test.lock")
    assert {name: test.get(name) for name in runtime} == runtime


@pytest.mark.threat("T-90")
@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_lock_pins_by_hash_and_names_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|--index|--extra-index|--find-links|file:| @ ", text)


@pytest.mark.threat("T-90")
def test_lock_of_the_clients_pins_by_hash_and_names_no_place() -> None:
    clients = ROOT / "tests/clients"
    lock = json.loads((clients / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((clients / "package.json").read_text(encoding="utf-8"))
    _, *packages = lock["packages"].values()
    assert lock["packages"][""]["dependencies"] == wanted["dependencies"], "run `npm install` in tests/clients"
    assert all(package["integrity"].startswith("sha512-") for package in packages)
    assert not any("resolved" in package for package in packages)
