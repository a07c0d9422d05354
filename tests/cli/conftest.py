"""Commands run against the test's application, or against a configuration folder of their own."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from idp import logs
from idp.cli import main
from tests.conftest import ROOT

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Run a command line against the test's application."""
    runner = app.test_cli_runner()
    logs.quieten()  # as a command does that builds its application itself

    def invoke(*words: str) -> Result:
        return runner.invoke(main, list(words), catch_exceptions=False, prog_name="idp")

    return invoke


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration folder of the test's own, in an otherwise empty folder."""
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config", folder)
    return folder
