"""A provider in a process of its own, which may be killed, and the database behind it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests
from flask import Flask

from idp.app import create_app
from idp.services.work import Origin, Work
from idp.settings.loader import load
from idp.web.database import db
from idp.web.runtime import runtime
from tests.conftest import ROOT

SECONDS_TO_START = 180
CHEAP = "\n[hashing]\nmemory_kib = 64\niterations = 1\n"


@dataclass
class Provider:
    """The provider of one test.

    Attributes:
        home: its working directory.
        port: where it listens.
        environ: its environment.
        app: an application of our own on the same database and secrets.
        process: the running server, if it runs.
    """

    home: Path
    port: int
    environ: dict[str, str]
    app: Flask
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where the landlord's pages are."""
        return f"http://localhost:{self.port}/paris"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [sys.executable, "-m", "idp", "serve"]
        with (self.home / "provider.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.home, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until:
            with suppress(requests.ConnectionError):
                if requests.get(f"http://localhost:{self.port}/healthz", timeout=5).ok:
                    return
            time.sleep(0.02)
        raise AssertionError((self.home / "provider.log").read_text())

    def kill(self) -> None:
        """Kill the server and everything it started, at once (SIGKILL)."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def hashing_pid(self) -> int:
        """Find the process that hashes: of those that the server started, the one that is deaf to SIGTERM."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        (found,) = [int(pid) for pid in children if _ignores(pid, signal.SIGTERM)]
        return found

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Work on the provider's database, beside it."""
        with self.app.app_context():
            found = runtime()
            session = db.session()
            yield Work(
                session, found.clock(), found.settings.landlords["paris"], found.settings, found.vault, Origin("test")
            )
            session.commit()


def prepare(home: Path, port: int, database: str, apps: str = "") -> Provider:
    """Make the configuration, the secrets and the tables of a provider.

    Args:
        home: an empty folder, and the working directory of the test.
        port: a free port.
        database: address of an empty database.
        apps: more apps of the landlord, as they stand in its file.
    """
    shutil.copytree(ROOT / "config", home / "config")
    with (home / "config/landlords/paris.toml").open("a") as file:
        file.write(apps)
    with (home / "config/idp.toml").open("a") as file:
        file.write(CHEAP)
    environ = {**os.environ, "PORT": str(port), "DATABASE_URL": database, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "idp", "init"], cwd=home, env=environ, check=True, capture_output=True)
    return Provider(home, port, environ, create_app(load(home / "config", environ)))


def _ignores(pid: str, which: signal.Signals) -> bool:
    (mask,) = re.findall(r"SigIgn:\s*(\w+)", Path(f"/proc/{pid}/status").read_text())
    return bool(int(mask, 16) >> which - 1 & 1)
