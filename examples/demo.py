"""The demo: provider, mail worker and portal on this machine, with people to try.

Everything it makes lies in `var/` below the working directory. PORT and PORTAL_PORT move the two ports.
"""

import csv
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NoReturn
from urllib.error import URLError
from urllib.request import urlopen

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CONFIG = Path("config")
VAR = Path("var")
LETTERS = VAR / "letters.csv"
PREPARED = VAR / "prepared"
REGISTRY = HERE / "demo" / "paris.csv"
FORMER_PASSWORDS = HERE / "demo" / "former-passwords.csv"
LANDLORD = ("--landlord", "paris")
WORKER_IS_READY = b"worker.started"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 15
PEOPLE_WITH_LETTER = 2
LINES_SHOWN = 12

Processes = Mapping[str, subprocess.Popen[bytes]]


class DemoError(Exception):
    """The demo cannot go on; the message says why, to a person."""


def main() -> int:
    """Prepare what is missing, start everything, and stop it all together.

    Returns:
        0 after Ctrl-C, 1 when something did not start or stopped by itself.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        port, portal_port = port_from("PORT", 8000), port_from("PORTAL_PORT", 8001)
        environ = {
            **os.environ,
            "PORT": str(port),
            "PORTAL_PORT": str(portal_port),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        }
        prepare(environ)
        start(environ, processes)
        wait_for(processes, [f"http://localhost:{port}/healthz", f"http://localhost:{portal_port}/"])
        show(f"http://localhost:{port}", f"http://localhost:{portal_port}")
        watch(processes)
    except KeyboardInterrupt:
        return 0
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        stop(processes)


def interrupted(*_: object) -> None:
    """Stop everything, whether told so by Ctrl-C, by `kill` or by a terminal that goes away."""
    raise KeyboardInterrupt


def port_from(name: str, default: int) -> int:
    """Read a port from the environment, and make sure that it is free.

    Raises:
        DemoError: when it is no port, or somebody else listens on it.
    """
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise DemoError(f"{name}={text} is no port: write a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise DemoError(f"Port {text}: {error.strerror}. Choose another one: make run {name}=...") from None
    return int(text)


def prepare(environ: Mapping[str, str]) -> None:
    """Make what is missing: secrets, database, keys, the registry's people, their letters.

    What was prepared before and has not changed since is not looked at again, so that the demo starts at once.
    """
    VAR.mkdir(mode=0o700, exist_ok=True)
    wanted = fingerprint(environ)
    if PREPARED.exists() and PREPARED.read_text() == wanted and letters_are_good():
        return
    run("Making keys, secrets and tables ...", ["init"], environ)
    run("Importing the registry ...", ["registry", "import", str(REGISTRY), *LANDLORD], environ)
    if not letters_are_good():
        LETTERS.unlink(missing_ok=True)
        run("Issuing letters ...", ["letters", "issue", *LANDLORD, "--out", str(LETTERS)], environ)
    PREPARED.write_text(wanted)


def fingerprint(environ: Mapping[str, str]) -> str:
    """Name the state of everything that `prepare` works from."""
    names = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("*.py"))
    files = [*sorted(CONFIG.glob("*.toml")), *sorted(CONFIG.glob("landlords/*.toml")), REGISTRY]
    parts = [*names, environ.get("DATABASE_URL", ""), *(path.read_bytes().hex() for path in files)]
    return sha256("\n".join(parts).encode()).hexdigest()


def letters_are_good() -> bool:
    """Tell whether letters were issued that have not expired yet."""
    today = datetime.now(UTC).date().isoformat()
    return all(row["expires_on"] > today for row in issued_letters()) and LETTERS.exists()


def issued_letters() -> list[dict[str, str]]:
    """Read the letters; there are none where their file was deleted while their codes are still good."""
    return rows(LETTERS) if LETTERS.exists() else []


def run(title: str, words: list[str], environ: Mapping[str, str]) -> None:
    """Run one command of the provider, and show what it said only where it failed."""
    print(title, flush=True)
    done = subprocess.run(idp(*words), env=environ, check=False, capture_output=True, text=True)
    if done.returncode:
        raise DemoError(f"idp {words[0]} failed:\n{done.stdout}{done.stderr}")


def start(environ: Mapping[str, str], processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Start the three processes, each with its own log and out of reach of Ctrl-C, which is ours to pass on."""
    portal = {
        "ISSUER": f"http://localhost:{environ['PORT']}/paris",
        "CLIENT_ID": "portal",
        "CLIENT_SECRET_FILE": str(VAR / "secrets" / "paris-portal"),
        "PORT": environ["PORTAL_PORT"],
    }
    commands = {
        "provider": (idp("serve"), environ),
        "worker": (idp("worker"), environ),
        "portal": ([sys.executable, "-m", "examples.portal"], {**environ, **portal}),
    }
    for name, (command, variables) in commands.items():
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


def show(provider: str, portal: str) -> None:
    """Print where to go and whom to try."""
    letters = [(row["identifier"], row["code"], "has just received a letter") for row in issued_letters()]
    former = rows(FORMER_PASSWORDS)[0]
    people = [
        ("Identifier", "Password to start with", "Somebody who"),
        *letters[:PEOPLE_WITH_LETTER],
        (former["identifiant"], former["ancien_mot_de_passe"], "used the former portal"),
    ]
    print(f"\nThe landlord's portal   {portal}\nThe mails               {provider}/_mailbox\n")
    for row in people:
        print("{:<12} {:<24} {}".format(*row))
    print("\nEach of them works for one first connection; after it, sign in with the password you chose.")
    print(f"More people: {LETTERS}. The data stay in {VAR}/. Ctrl-C stops everything.", flush=True)


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


def idp(*words: str) -> list[str]:
    """Spell a command of the provider."""
    return [sys.executable, "-m", "idp", *words]


def log_of(name: str) -> Path:
    """Say where a process writes."""
    return VAR / f"{name}.log"


def rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with a header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def answers(address: str) -> bool:
    """Tell whether an address answers well."""
    try:
        with urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main())
