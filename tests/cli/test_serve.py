import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from idp.cli import main
from tests.conftest import ROOT, new_database

Start = Callable[[], "subprocess.Popen[str]"]
PATIENCE = 180


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    return found


@pytest.fixture
def environment(tmp_path: Path, port: int, worker_id: str) -> dict[str, str]:
    url = new_database(tmp_path, f"loge_serve_{worker_id}")
    return {**os.environ, "PORT": str(port), "DATABASE_URL": url, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def start(config: Path, environment: dict[str, str]) -> Iterator[Start]:
    """Start `idp serve` in a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def begin() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "idp", "serve"],
            cwd=config.parent,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def ready(config: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(config.parent)
    assert CliRunner().invoke(main, ["init"], env=environment).exit_code == 0


def answer(url: str) -> int:
    """Ask until somebody answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urlopen(url, timeout=5) as response:
                status: int = response.status
                return status
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


@pytest.mark.usefixtures("ready")
def test_it_answers_and_stops_when_told(start: Start, port: int) -> None:
    process = start()
    assert answer(f"http://localhost:{port}/paris/sign-in?token=canary-in-the-query") == 200
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "sign_in.show" in [json.loads(line).get("endpoint") for line in errors.splitlines()]
    assert "canary" not in output + errors


@pytest.mark.usefixtures("ready")
def test_a_taken_port_is_refused_in_words(start: Start, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        process = start()
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == os.EX_UNAVAILABLE
    assert f"127.0.0.1:{port} cannot be listened on" in errors


def test_without_secrets_it_does_not_start(start: Start) -> None:
    process = start()
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == os.EX_CONFIG
    assert "idp init" in errors


@pytest.mark.usefixtures("ready")
def test_without_tables_it_does_not_start(
    start: Start, environment: dict[str, str], config: Path, worker_id: str
) -> None:
    environment["DATABASE_URL"] = new_database(config, f"loge_serve_bare_{worker_id}")
    process = start()
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == os.EX_CONFIG
    assert "idp db upgrade" in " ".join(errors.split())
