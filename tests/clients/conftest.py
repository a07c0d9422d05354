"""A provider with its worker, and every app of the integrator's guide in the landlord's file."""

import contextlib
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from idp.web.database import db
from tests.clients.guide import APP, FOLDER, ISSUER, Guide
from tests.clients.person import Person
from tests.conftest import new_database
from tests.crashes.provider import Provider, prepare
from tests.mail_server import free_port
from tests.people import add_account, add_holder

PAGES = sorted(page.stem for page in FOLDER.glob("*.md"))
IDENTIFIERS = count(7600001)


@dataclass(frozen=True)
class Landlord:
    """A landlord whose apps other people wrote.

    Attributes:
        provider: the running provider.
        guides: pages of the guide, by the names of the clients.
    """

    provider: Provider
    guides: dict[str, Guide]

    @property
    def issuer(self) -> str:
        return self.provider.address

    def secret(self, name: str) -> str:
        """Read the secret of an app, which the administrator hands over."""
        return (self.provider.home / f"var/secrets/lutece-{name}").read_text().strip()

    def new_tenant(self) -> str:
        """Open somebody's account, and return what they sign in with."""
        identifier = str(next(IDENTIFIERS))
        with self.provider.work() as work:
            add_account(work, add_holder(work, identifier), email=f"{identifier}@example.org")
        return identifier


def quiet_ports() -> Iterator[int]:
    """Find free ports below those that systems hand out by themselves, which stay free until somebody wants them."""
    return filter(is_free, random.sample(range(20000, 32000), 1000))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def guides(issuer: str) -> dict[str, Guide]:
    """Open every page of the guide, and choose a port for its app."""
    ports = dict(zip(PAGES, quiet_ports(), strict=False))
    return {
        name: Guide(
            name,
            port,
            {ISSUER: issuer, APP: f"http://127.0.0.1:{port}", "http://localhost:4242": f"http://localhost:{port}"},
        )
        for name, port in ports.items()
    }


@pytest.fixture(scope="session")
def landlord(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Landlord]:
    """Start the provider and its worker, once for all clients."""
    home, port = tmp_path_factory.mktemp("provider"), free_port()
    found = guides(f"http://localhost:{port}/paris")
    apps = "\n".join(guide.registration for guide in found.values())
    with contextlib.chdir(home):
        provider = prepare(home, port, new_database(home, f"clients_{worker_id}"), apps)
    provider.start()
    with (home / "worker.log").open("wb") as log:
        command = [sys.executable, "-m", "idp", "worker"]
        worker = subprocess.Popen(command, cwd=home, env=provider.environ, stdout=log, stderr=log)
    yield Landlord(provider, found)
    worker.terminate()
    worker.wait()
    provider.kill()
    with provider.app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def person(landlord: Landlord) -> Person:
    """Somebody with an account."""
    return Person(landlord.issuer, landlord.new_tenant())
