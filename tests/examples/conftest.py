"""The demo, started for real in a folder of its own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import ROOT, new_database
from tests.mail_server import free_port

SECONDS_TO_START = 180
SECONDS_TO_STOP = 60
CHEAP = "\n[hashing]\nmemory_kib = 8\niterations = 1\n"


@dataclass
class Demo:
    """A demo that can be started and stopped.

    Attributes:
        home: its working directory.
        environ: its environment.
        said: what it has printed since it was last started.
    """

    home: Path
    environ: dict[str, str]
    said: str = ""
    process: "subprocess.Popen[str] | None" = field(default=None, repr=False)

    @property
    def provider(self) -> str:
        return f"http://localhost:{self.environ['PORT']}"

    def portal(self, landlord: str = "paris") -> str:
        """Address of a landlord's portal, without a slash at the end."""
        return f"http://localhost:{self.environ['PORTAL_PORT']}/{landlord}"

    def start(self, **environ: str) -> None:
        """Start it without waiting."""
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "examples.demo"],
            cwd=self.home,
            env={**self.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_for_table(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        until = time.monotonic() + SECONDS_TO_START
        while "Ctrl-C" not in self.said:
            line = self.process.stdout.readline()
            assert line, self.said
            assert time.monotonic() < until, self.said
            self.said += line

    def wait_for_end(self) -> int:
        """Wait until it has stopped, and keep what it said last."""
        assert self.process is not None
        rest, _ = self.process.communicate(timeout=SECONDS_TO_START)
        self.said += rest
        return self.process.returncode

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.wait_for_end()

    def children(self) -> dict[str, int]:
        """Find the process ids of what it started, by name."""
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        words = {int(pid): Path(f"/proc/{pid}/cmdline").read_text() for pid in listed}
        names = {"serve": "provider", "worker": "worker", "examples.portal": "portal"}
        return {name: pid for word, name in names.items() for pid, line in words.items() if word in line}

    def rows(self, *parts: str) -> list[str]:
        return self.home.joinpath(*parts).read_text(encoding="utf-8-sig").splitlines()

    def logs(self) -> str:
        return "".join(path.read_text() for path in sorted((self.home / "var").glob("*.log")))


MakeDemo = Callable[[], Demo]


@pytest.fixture(scope="session")
def make_demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[MakeDemo]:
    made: list[Demo] = []

    def make() -> Demo:
        home = tmp_path_factory.mktemp("demo")
        shutil.copytree(ROOT / "config", home / "config")
        with (home / "config" / "idp.toml").open("a") as file:
            file.write(CHEAP)
        environ = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PORT": str(free_port()),
            "PORTAL_PORT": str(free_port()),
            "DATABASE_URL": new_database(home, f"loge_example_{worker_id}_{len(made)}"),
        }
        made.append(Demo(home, environ))
        return made[-1]

    yield make
    for demo in made:
        if demo.process is not None and demo.process.poll() is None:
            demo.stop(signal.SIGTERM)


@pytest.fixture(scope="session")
def demo(make_demo: MakeDemo) -> Demo:
    """One running demo for all."""
    demo = make_demo()
    demo.start()
    demo.wait_for_table()
    return demo
