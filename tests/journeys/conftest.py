"""The demo as `make run` starts it, and real Chromium in front of it."""

import csv
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.conftest import ROOT, new_database
from tests.journeys import people

SECONDS_TO_START = 180
SECONDS_FOR_A_MAIL = 60


@dataclass(frozen=True)
class Demo:
    """A running demo.

    Attributes:
        home: its working directory, with `var/`.
        environ: the environment it runs in.
        provider: address of the provider.
        portals: address of the front page of the portals.
        letters: letters that nobody has used yet: identifier and code.
        former: people of the former portal: identifier and password.
        tenants: people of the landlords without letters, by landlord, with what they type.
    """

    home: Path
    environ: Mapping[str, str]
    provider: str
    portals: str
    letters: Iterator[tuple[str, str]]
    former: Iterator[tuple[str, str]]
    tenants: Mapping[str, Iterator[dict[str, str]]]

    def portal(self, landlord: str = "paris") -> str:
        """Address of a landlord's portal, without a slash at the end."""
        return f"{self.portals}/{landlord}"

    def mails_to(self, recipient: str) -> list[EmailMessage]:
        """Read the mails to an address that have come so far, the oldest first."""
        paths = sorted((self.home / "var/mail").glob("*.eml"))
        mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
        return [mail for mail in mails if recipient == mail["To"].addresses[0].addr_spec]

    def next_mail(self, recipient: str, after: int, subject: str = "") -> EmailMessage:
        """Wait for the newest mail to an address with a word in its subject, when more than `after` have come."""
        until = time.monotonic() + SECONDS_FOR_A_MAIL
        while time.monotonic() < until:
            found = [mail for mail in self.mails_to(recipient)[after:] if subject in mail["Subject"]]
            if found:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(f"no mail about {subject!r} came to {recipient}")

    def mail_to(self, recipient: str, subject: str) -> EmailMessage:
        """Wait for the newest mail to an address with a word in its subject."""
        return self.next_mail(recipient, 0, subject)

    def idp(self, *words: str) -> str:
        """Run a command of the administrator, and read what it prints."""
        command = [sys.executable, "-m", "idp", *words]
        done = subprocess.run(command, cwd=self.home, env=self.environ, capture_output=True, text=True, check=True)
        return done.stdout

    def link_to(self, recipient: str, subject: str) -> str:
        """Wait for a mail and take the link written out in its text part."""
        body = self.mail_to(recipient, subject).get_body(("plain",))
        assert body is not None
        found = re.search(r"https?://\S+\?token=\S+", body.get_content())
        assert found is not None
        return found[0]


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def wait_for_table(process: subprocess.Popen[bytes]) -> None:
    """Wait until the demo prints its table."""
    until = time.monotonic() + SECONDS_TO_START
    assert process.stdout is not None
    output = b""
    while b"Ctrl-C" not in output:
        assert time.monotonic() < until, output.decode()
        output += process.stdout.readline()
        assert process.poll() is None, output.decode()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Demo]:
    """Start the demo in a folder of its own, on the database under test."""
    home = tmp_path_factory.mktemp("demo")
    (home / "config").symlink_to(ROOT / "config")
    port, portal_port = free_port(), free_port()
    environ = {
        **os.environ,
        "PORT": str(port),
        "PORTAL_PORT": str(portal_port),
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": new_database(home, f"demo_{worker_id}"),
    }
    command = [sys.executable, "-m", "examples.demo"]
    process = subprocess.Popen(command, cwd=home, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        wait_for_table(process)
        former = rows(ROOT / "examples/demo/former-passwords.csv")
        yield Demo(
            home,
            environ,
            f"http://localhost:{port}",
            f"http://localhost:{portal_port}",
            iter([(row["identifier"], row["code"]) for row in rows(home / "var/letters.csv")]),
            iter([(row["identifiant"], row["ancien_mot_de_passe"]) for row in former]),
            {"moselle": people.at_moselle(), "contrat": people.at_contrat(), "auvergne": people.at_auvergne()},
        )
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


@pytest.fixture(params=["script", "no script"])
def script(request: pytest.FixtureRequest) -> bool:
    """Walk each story twice: with JavaScript and without."""
    found: str = request.param
    return found == "script"


@pytest.fixture
def phone(browser: Browser, script: bool) -> Iterator[BrowserContext]:
    """A French phone."""
    context = browser.new_context(
        viewport={"width": 390, "height": 800},
        locale="fr-FR",
        java_script_enabled=script,
        reduced_motion="reduce",  # a colour half way through a transition is nobody's contrast
    )
    yield context
    context.close()


@pytest.fixture
def computer(browser: Browser) -> Iterator[BrowserContext]:
    """Another browser, on a desktop, in the dark."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="fr-FR", color_scheme="dark", reduced_motion="reduce"
    )
    yield context
    context.close()
