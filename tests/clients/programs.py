"""Programs of other people that run beside a test."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

SECONDS_TO_START = 180
SECONDS_TO_STOP = 60
Command = Sequence[str | Path]


@contextmanager
def running(command: Command, folder: Path, port: int, **environ: str) -> Iterator[None]:
    """Run a program until the block ends; the block begins when it listens.

    Args:
        command: what to run.
        folder: its working directory, where it also leaves what it says.
        port: where it listens on the loopback.
        environ: variables of its environment, beside ours.
    """
    said = folder / "said.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait(process, port, said)
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(said.read_text())
