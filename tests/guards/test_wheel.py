"""The wheel works on its own: commands, templates, migrations and example without a checkout beside it."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.guards.sources import ROOT

BUILT_FROM = ("LICENSE", "README.md", "pyproject.toml", "setup.cfg")
FOLDERS = ("idp", "templates", "migrations", "config")
Python = Callable[..., str]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the sources and unpack it as an installer does."""
    source, wheels, site = (tmp_path_factory.mktemp(name) for name in ("source", "wheels", "site"))
    for name in BUILT_FROM:
        shutil.copy(ROOT / name, source)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [
        "pip",
        "wheel",
        "-q",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(wheels),
        str(source),
    ]
    subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True, timeout=180)
    (wheel,) = wheels.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(site)
    return site


@pytest.fixture
def python(site: Path, tmp_path: Path) -> Python:
    """Run Python with the unpacked wheel, far from the checkout."""

    def run(*words: str) -> str:
        environ = {**os.environ, "PYTHONPATH": str(site)}
        command = [sys.executable, *words]
        return subprocess.run(
            command, cwd=tmp_path, env=environ, check=True, capture_output=True, text=True, timeout=60
        ).stdout

    return run


def files(folder: Path, *but: str) -> set[str]:
    """List the files below a folder, but for some endings."""
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix() for path in found if path.suffix not in but}


def test_command_line_comes_with_it(site: Path, python: Python) -> None:
    (entry_points,) = site.glob("*.dist-info/entry_points.txt")
    assert "idp = idp.__main__:run" in entry_points.read_text()
    assert "config" in python("-m", "idp", "--help")


@pytest.mark.parametrize("name", ["templates", "migrations"])
def test_folders_lie_inside_the_package(site: Path, python: Python, name: str) -> None:
    found = python("-c", f"from idp.folders import folder; print(folder({name!r}))").strip()
    assert found == str(site / "idp" / name)
    assert files(site / "idp" / name) == files(ROOT / name, ".po", ".pot")


def test_nothing_of_the_package_is_left_out(site: Path) -> None:
    assert files(ROOT / "idp") - files(site / "idp") == set()


def test_nothing_lies_beside_the_package(site: Path) -> None:
    assert {path.name for path in site.iterdir() if not path.name.endswith(".dist-info")} == {"idp"}


def test_examples_come_with_it(site: Path) -> None:
    assert files(site / "idp" / "config") == {"example/idp.toml", "example/landlord.toml"}


def test_licence_comes_with_it(site: Path) -> None:
    (licence,) = site.glob("*.dist-info/licenses/LICENSE")
    assert licence.read_bytes() == (ROOT / "LICENSE").read_bytes()
