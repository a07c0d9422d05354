"""A configuration folder that the test may spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from idp.settings.loader import load
from idp.settings.problem import ConfigurationError, Problem
from tests.conftest import ROOT

Problems = Callable[..., list[Problem]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the committed configuration, with one of its landlords."""
    copy = tmp_path / "config"
    shutil.copytree(ROOT / "config", copy)
    for path in (copy / "landlords").glob("*.toml"):
        if path.stem != "paris":
            path.unlink()
    return copy


@pytest.fixture
def problems(folder: Path) -> Problems:
    """Load the folder and return what is wrong with it."""

    def found(**environ: str) -> list[Problem]:
        with pytest.raises(ConfigurationError) as error:
            load(folder, environ)
        return error.value.problems

    return found
