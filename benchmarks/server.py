"""A provider under test: where it is, who may use it, and its processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import requests

from idp.settings.server import Hashing

NODE = str(Path(sys.executable).with_name("node"))
SECONDS_TO_START = 60
PASSWORD = "Violette-9-portes"
SECRET = "a-secret-for-benchmarks-0123456789"
CALLBACK = "https://app.example/callback"
KIB_PER_MIB = 1024


@dataclass(frozen=True)
class Conditions:
    """What every server gets alike.

    Attributes:
        people: how many accounts.
        workers: how many processes.
        hashing: what argon2id costs.
    """

    people: int
    workers: int
    hashing: Hashing


@dataclass
class Server:
    """One provider, prepared and not yet started.

    Attributes:
        name: as the tables call it.
        command: what starts it.
        environ: the environment it runs in.
        home: its working directory; its log is there.
        port: where it listens, on the loopback.
        paths: its endpoints by name, and `ready`, which answers when it is up.
        people: what each person types to sign in.
        service_scope: what the service asks for in its own name.
    """

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    home: Path
    port: int
    paths: Mapping[str, str]
    people: Sequence[str]
    service_scope: str
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def base(self) -> str:
        """Where the provider is, without a path."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Start it, and return how many seconds it took to its first answer.

        Raises:
            RuntimeError: with its log, when it does not answer in time.
        """
        log = self.home / f"{self.name}.log"
        began = time.monotonic()
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, cwd=self.home, env=self.environ, stdout=out, stderr=out, start_new_session=True
            )
        while time.monotonic() < began + SECONDS_TO_START:
            with suppress(requests.ConnectionError):
                if requests.get(self.base + self.paths["ready"], timeout=5).ok:
                    return time.monotonic() - began
            time.sleep(0.01)
        raise RuntimeError(log.read_text())

    def stop(self) -> None:
        """Stop it and everything it started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def memory(self) -> tuple[list[float], float]:
        """Return what each of its processes holds in memory, in MiB, the largest first, and all of them together."""
        assert self.process is not None
        group = [path for path in Path("/proc").glob("[0-9]*") if self._owns(int(path.name))]
        found = [size for path in group if (size := _held(path, "Rss:"))]
        return sorted(found, reverse=True), sum(_held(path, "Pss:") for path in group)

    def _owns(self, pid: int) -> bool:
        assert self.process is not None
        with suppress(ProcessLookupError):
            return os.getpgid(pid) == self.process.pid
        return False

    def plan(self) -> dict[str, object]:
        """Write what the driver needs to know about it."""
        app = {"client_id": "app", "client_secret": SECRET, "redirect_uri": CALLBACK}
        service = {"client_id": "service", "client_secret": SECRET, "scope": self.service_scope}
        return {
            "base": self.base,
            "paths": dict(self.paths),
            "app": app,
            "service": service,
            "scope": "openid profile email offline_access",
            "people": [{"identifier": person, "password": PASSWORD} for person in self.people],
        }


def _held(process: Path, what: str) -> float:
    """Read what a process holds (`Rss:`), or its share of it where others hold it too (`Pss:`)."""
    with suppress(OSError):
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith(what):
                return int(line.split()[1]) / KIB_PER_MIB
    return 0.0


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
