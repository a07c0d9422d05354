import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from idp.cli import main
from idp.cli.context import work_for
from idp.domain.events import EventName
from idp.models import Event
from idp.services import audit
from idp.services.work import Work


def in_command(app: Flask, body: click.Command) -> Result:
    """Run a body as if it were one of our commands."""
    group = click.Group("idp", commands={"body": body})
    return app.test_cli_runner().invoke(group, ["body"])


def test_help_comes_without_configuration(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--config", str(tmp_path / "nowhere"), "--help"])
    assert result.exit_code == 0
    assert "LOGE_CONFIG" in result.output


@pytest.mark.parametrize("word", ["run", "shell", "routes"])
def test_commands_for_developers_of_flask_are_not_there(word: str) -> None:
    result = CliRunner().invoke(main, [word])
    assert result.exit_code == 2
    assert "No such command" in result.output


def test_garbage_is_looked_for_again_once_the_command_is_there() -> None:
    begin = "import atexit, gc; from idp.__main__ import run; atexit.register(lambda: print(gc.isenabled()))"
    command = [sys.executable, "-c", f"{begin}; run()", "config", "example"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "True"


def test_work_is_committed_at_the_end(app: Flask, work: Work) -> None:
    @click.command()
    def body() -> None:
        with work_for("paris") as own:
            audit.record(own, EventName.PURGED)

    assert in_command(app, body).exit_code == 0
    assert work.db.query(Event).one().network == "console"


def test_work_is_rolled_back_when_it_fails(app: Flask, work: Work) -> None:
    @click.command()
    def body() -> None:
        with work_for("paris") as own:
            audit.record(own, EventName.PURGED)
            own.db.flush()
            raise click.ClickException("no")

    assert in_command(app, body).exit_code == 1
    assert work.db.query(Event).count() == 0


def test_an_unknown_landlord_names_those_there_are(app: Flask) -> None:
    @click.command()
    def body() -> None:
        with work_for("rome"):
            pass

    result = in_command(app, body)
    assert result.exit_code == 2
    assert "'rome'" in result.output
    assert "paris" in result.output
