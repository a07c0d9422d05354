"""The three processes: provider, mail worker and portals."""

import subprocess
import sys
import time
from collections.abc import Mapping
from typing import NoReturn
from urllib.error import URLError
from urllib.request import urlopen

from examples.demo.files import VAR, log_of
from examples.demo.trouble import DemoError

WORKER_IS_READY = b"worker.started"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 15
LINES_SHOWN = 12

Processes = Mapping[str, subprocess.Popen[bytes]]


def start(environ: Mapping[str, str], processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Start them, each with its own log and out of reach of Ctrl-C, which is ours to pass on."""
    portals = {
        "PROVIDER": f"http://localhost:{environ['PORT']}",
        "SECRETS": str(VAR / "secrets"),
        "PORT": environ["PORTAL_PORT"],
    }
    commands = {
        "provider": ("idp", ["serve"], environ),
        "worker": ("idp", ["worker"], environ),
        "portal": ("examples.portal", [], {**environ, **portals}),
    }
    for name, (module, words, variables) in commands.items():
        command = [sys.executable, "-m", module, *words]
        with log_of(name).open("wb") as log:
            processes[name] = subprocess.Popen(command, env=variables, stdout=log, stderr=log, start_new_session=True)


def wait_for(processes: Processes, addresses: list[str]) -> None:
    """Wait until every address answers and the worker is at work.

    Raises:
        DemoError: when a process stops meanwhile, or it takes too long.
    """
    until = time.monotonic() + SECONDS_TO_START
    while not (all(answers(address) for address in addresses) and WORKER_IS_READY in log_of("worker").read_bytes()):
        fail_if_stopped(processes)
        if time.monotonic() > until:
            raise DemoError(f"The demo did not start within {SECONDS_TO_START} s; see {VAR}/*.log.")
        time.sleep(0.05)


def watch(processes: Processes) -> NoReturn:
    """Wait until something stops by itself."""
    while True:
        fail_if_stopped(processes)
        time.sleep(0.2)


def fail_if_stopped(processes: Processes) -> None:
    """Say what a process said last, where one has stopped."""
    for name, process in processes.items():
        if process.poll() is not None:
            last = log_of(name).read_text(errors="replace").splitlines()[-LINES_SHOWN:]
            raise DemoError("\n".join([f"The {name} stopped by itself, with exit code {process.returncode}:", *last]))


def stop(processes: Processes) -> None:
    """Stop every process: gently first, then for good."""
    for process in processes.values():
        process.terminate()
    until = time.monotonic() + SECONDS_TO_STOP
    for process in processes.values():
        try:
            process.wait(timeout=max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()


def answers(address: str) -> bool:
    """Tell whether an address answers well."""
    try:
        with urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False
