"""oidc-agent from Debian: a native app without a secret."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import requests

from tests.clients.conftest import Landlord
from tests.clients.person import Person

pytestmark = pytest.mark.skipif(shutil.which("oidc-agent") is None, reason="oidc-agent is not installed")
SECONDS = 60
NO_BROWSER = "#!/bin/sh\n"
SAID = re.compile(r"(OIDC_SOCK|OIDCD_PID)=(\S+)")


class Desk:
    """A terminal in which the guide's commands are typed.

    Args:
        landlord: the landlord with its guide.
        folder: an empty folder.
    """

    def __init__(self, landlord: Landlord, folder: Path) -> None:
        self.folder = landlord.guides["oidc-agent"].write(folder)
        (folder / "agent").mkdir()
        browser = folder / "xdg-open"
        browser.write_text(NO_BROWSER)
        browser.chmod(0o755)
        self.environ = {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "OIDC_CONFIG_DIR": str(folder / "agent"),
            "AGENT_PASSWORD": "of the test",
        }

    def start_agent(self) -> None:
        """Start the agent, and remember where it is."""
        self.environ |= dict(SAID.findall(self.type("agent.sh; env")))

    def stop_agent(self) -> None:
        os.kill(int(self.environ["OIDCD_PID"]), signal.SIGTERM)

    def type(self, command: str) -> str:
        """Type the commands of a block, and read what they print."""
        done = subprocess.run(
            ["sh", "-c", f". ./{command}"],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=True,
            timeout=SECONDS,
        )
        return done.stdout.strip()

    def begin(self, person: Person) -> None:
        """Let somebody sign in with the address that the terminal shows."""
        with subprocess.Popen(
            ["sh", "begin.sh"],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdout is not None
            said = ""
            while (shown := re.search(r"http://localhost\S+/authorize[^\s'\"]+", said)) is None:
                said += process.stdout.readline()
                assert process.poll() is None, said
            try:
                assert "Success" in person.sign_in(shown[0]).text
                said += process.communicate(timeout=SECONDS)[0]
            finally:
                process.kill()
            assert process.returncode == 0, said


@pytest.fixture
def desk(landlord: Landlord) -> Iterator[Desk]:
    with TemporaryDirectory(
        prefix="desk", ignore_cleanup_errors=True
    ) as folder:  # the name of the agent's socket must not be long
        desk = Desk(landlord, Path(folder))
        desk.start_agent()
        yield desk
        desk.stop_agent()


@pytest.mark.journey("moselle-1")
def test_from_the_sign_in_to_the_sign_out(landlord: Landlord, desk: Desk, person: Person) -> None:
    def userinfo(token: str) -> requests.Response:
        address = f"{landlord.issuer}/userinfo"
        return requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=60)

    desk.begin(person)
    token = desk.type("ask.sh")
    assert userinfo(token).json()["name"] == "Chloé LEFÈVRE"
    renewed = desk.type("renew.sh")
    assert renewed not in ("", token)
    assert userinfo(desk.type("renew.sh")).ok
    desk.type("end.sh")
    assert userinfo(renewed).status_code == 401
