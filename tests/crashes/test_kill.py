"""The server is killed at random moments of a first connection: what it acknowledged stays, and there is a way on."""

import os
import random
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import func, select

from idp.domain.mails import MailKind
from idp.models import Account, Enrolment, Identifier, Password
from idp.web.database import db
from tests.conftest import new_database
from tests.crashes.provider import Provider, prepare
from tests.people import CODE, PASSWORD, add_holder, add_letter, newest_mail

ROUNDS = int(os.environ.get("KILL_ROUNDS", "8"))
LONGEST_JOURNEY = 0.4
STEPS = ["email", "mailbox", "password"]
LOST = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError, requests.Timeout)


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worker_id: str) -> Iterator[Provider]:
    monkeypatch.chdir(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    provider = prepare(tmp_path, port, new_database(tmp_path, f"killed_{worker_id}"))
    yield provider
    provider.kill()
    with provider.app.app_context():
        db.session.remove()
        db.engine.dispose()


class Person:
    """Somebody with a letter who goes on after each crash, and remembers what the pages acknowledged."""

    def __init__(self, provider: Provider, identifier: str) -> None:
        self.provider, self.identifier = provider, identifier
        self.email = f"{identifier}@example.org"
        self.reached = 0
        self.done = False
        self.browser = requests.Session()

    def send(self, path: str, **fields: str) -> str:
        """Open a page, send its form, and say where that leads: the last part of the address, or nothing."""
        page = self.browser.get(self.provider.address + path, timeout=60)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        answer = self.browser.post(
            page.url, data={"csrf_token": token[1] if token else "", **fields}, allow_redirects=False, timeout=60
        )
        assert answer.status_code in (303, 422), f"{path}: {answer.status_code}"
        return urlsplit(answer.headers.get("Location", "")).path.rpartition("/")[2]

    def walk(self) -> None:
        """Walk from the proof to the landlord's app."""
        self.browser = requests.Session()
        step = self.send("/first-connection", identifier=self.identifier, password=CODE)
        if step not in STEPS:
            assert self.reached == len(STEPS) - 1, f"the letter is used up, but only step {self.reached} was reached"
            self.sign_in()
            return
        assert STEPS.index(step) >= self.reached, f"step {STEPS[self.reached]} was acknowledged and is asked again"
        if step == "email":
            step = self.acknowledged("/first-connection/email", email=self.email)
        if step == "mailbox":
            self.acknowledged(f"/link?token={self.token()}")
        assert self.send("/first-connection/password", password=PASSWORD, confirmation=PASSWORD) == "sign-in"
        self.done = True

    def acknowledged(self, path: str, **fields: str) -> str:
        """Send a form, and remember how far the answer says we are."""
        step = self.send(path, **fields)
        self.reached = max(self.reached, STEPS.index(step))
        return step

    def token(self) -> str:
        """Read the newest mail."""
        with self.provider.work() as work:
            recipient, token = newest_mail(work, MailKind.CONFIRM_EMAIL)
        assert recipient == self.email
        return token

    def sign_in(self) -> None:
        """Sign in with the own password."""
        self.browser = requests.Session()
        assert self.send("/sign-in", identifier=self.identifier, password=PASSWORD) == "sign-in"
        self.done = True


def ends(pid: int) -> bool:
    """Wait until a process has ended, whether or not anybody took note of it."""
    until = time.monotonic() + 60
    with suppress(FileNotFoundError, ProcessLookupError):
        while time.monotonic() < until:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
            time.sleep(0.02)
        return False
    return True


def assert_whole(provider: Provider) -> None:
    """There is no half account: each has its password, its holder and its identifier."""
    with provider.work() as work:
        counts = {
            table.__tablename__: work.db.scalar(select(func.count()).select_from(table))
            for table in (Account, Password, Enrolment, Identifier)
        }
    assert len(set(counts.values())) == 1, counts


@pytest.mark.threat("T-78")
def test_people_sign_in_when_the_process_that_hashes_was_killed(provider: Provider) -> None:
    with provider.work() as work:
        add_letter(work, add_holder(work, "7600000"))
    person = Person(provider, "7600000")
    provider.start()
    os.kill(provider.hashing_pid(), signal.SIGKILL)
    person.walk()
    person.sign_in()
    assert "hashing.process_lost" in (provider.home / "provider.log").read_text()


def test_no_process_is_left_when_the_server_has_stopped(provider: Provider) -> None:
    provider.start()
    hashing = provider.hashing_pid()
    assert provider.process is not None
    provider.process.terminate()
    assert provider.process.wait(60) == 0
    assert ends(hashing)


@pytest.mark.threat("T-81")
@pytest.mark.threat("T-85")
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(provider: Provider) -> None:
    provider.start()
    for number in range(ROUNDS):
        identifier = str(7500000 + number)
        with provider.work() as work:
            add_letter(work, add_holder(work, identifier))
        person = Person(provider, identifier)
        killer = Timer(random.uniform(0, LONGEST_JOURNEY), provider.kill)
        killer.start()
        with suppress(*LOST):
            person.walk()
        killer.join()
        assert_whole(provider)
        provider.start()
        person.sign_in() if person.done else person.walk()
        assert person.done
        assert_whole(provider)
