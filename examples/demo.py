"""The demo: provider, mail worker and portal on this machine, with people to try."""

import csv
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
VAR = Path("var")
LETTERS = VAR / "letters.csv"
SECONDS_TO_START = 30
PEOPLE_WITH_LETTER = 2


def main() -> int:
    """Prepare what is missing, start everything, and stop it all together.

    Returns:
        0 after Ctrl-C, 1 when something did not start or stopped by itself.
    """
    port, portal_port = os.environ.get("PORT", "8000"), os.environ.get("PORTAL_PORT", "8001")
    environ = {**os.environ, "PORT": port, "PORTAL_PORT": portal_port, "PYTHONUNBUFFERED": "1"}
    taken = [number for number in (port, portal_port) if answers(number)]
    if taken:
        return fail(f"Port {taken[0]} is taken. PORT and PORTAL_PORT choose others.")
    if not prepare(environ):
        return 1
    processes = start(environ)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        if not wait_for([port, portal_port], processes):
            return fail(f"The demo did not start; see {VAR}/*.log.")
        show(f"http://localhost:{port}", f"http://localhost:{portal_port}")
        return watch(processes)
    except KeyboardInterrupt:
        return 0
    finally:
        stop(processes)


def prepare(environ: Mapping[str, str]) -> bool:
    """Make secrets, database and keys, import the registry and issue the letters, each where it is missing."""
    VAR.mkdir(mode=0o700, exist_ok=True)
    steps = [["init"]]
    if not LETTERS.exists():
        steps += [
            ["registry", "import", str(HERE / "demo/paris.csv"), "--landlord", "paris"],
            ["letters", "issue", "--landlord", "paris", "--out", str(LETTERS)],
        ]
    return all(subprocess.run(idp(*step), env=environ, check=False).returncode == 0 for step in steps)


def start(environ: Mapping[str, str]) -> dict[str, subprocess.Popen[bytes]]:
    """Start the three processes, each with its own log."""
    portal = {
        "ISSUER": f"http://localhost:{environ['PORT']}/paris",
        "CLIENT_ID": "portal",
        "CLIENT_SECRET_FILE": str(VAR / "secrets/paris-portal"),
        "PORTAL_URL": f"http://localhost:{environ['PORTAL_PORT']}",
    }
    commands = {
        "provider": (idp("serve"), environ),
        "worker": (idp("worker"), environ),
        "portal": ([sys.executable, str(HERE / "portal/app.py")], {**environ, **portal}),
    }
    return {name: launch(name, command, env) for name, (command, env) in commands.items()}


def launch(name: str, command: list[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start one process out of reach of the terminal's Ctrl-C, which is ours to pass on."""
    with (VAR / f"{name}.log").open("ab") as log:
        return subprocess.Popen(command, env=environ, stdout=log, stderr=log, start_new_session=True)


def wait_for(ports: list[str], processes: Mapping[str, subprocess.Popen[bytes]]) -> bool:
    """Wait until every port answers, unless a process has died."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and all(process.poll() is None for process in processes.values()):
        if all(answers(port) for port in ports):
            return True
        time.sleep(0.05)
    return False


def show(provider: str, portal: str) -> None:
    """Print where to go and whom to try."""
    where = Table(title="Loge is running", title_justify="left", show_header=False)
    where.add_row("The landlord's portal", portal)
    where.add_row("The mails", f"{provider}/_mailbox")
    where.add_row("The provider", f"{provider}/paris/sign-in")
    people = Table(title="People to try", title_justify="left")
    for title in ("identifier", "password to start with", "who"):
        people.add_column(title)
    for row in rows(LETTERS)[:PEOPLE_WITH_LETTER]:
        people.add_row(row["identifier"], row["code"], "has just received a letter")
    former = rows(HERE / "demo/former-passwords.csv")[0]
    people.add_row(former["identifiant"], former["ancien_mot_de_passe"], "used the former portal")
    console = Console()
    console.print(where, people, "Ctrl-C stops everything; the data stay in var/.")


def watch(processes: Mapping[str, subprocess.Popen[bytes]]) -> int:
    """Wait until something stops by itself."""
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                tail = (VAR / f"{name}.log").read_text(errors="replace").splitlines()[-10:]
                return fail(f"The {name} stopped by itself:\n" + "\n".join(tail))
        time.sleep(0.2)


def stop(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Stop every process, gently first."""
    for process in processes.values():
        process.terminate()
    for process in processes.values():
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def idp(*arguments: str) -> list[str]:
    """Spell a command of the provider."""
    return [sys.executable, "-m", "idp", *arguments]


def rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with a header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def answers(port: str) -> bool:
    """Tell whether something listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


def fail(words: str) -> int:
    """Say what went wrong."""
    Console(stderr=True).print(words, style="bold red", markup=False)
    return 1


if __name__ == "__main__":
    sys.exit(main())
