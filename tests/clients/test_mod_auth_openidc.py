"""mod_auth_openidc, in Debian's Apache."""

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlencode

import pytest
import requests

from tests.clients import apache
from tests.clients.conftest import Landlord
from tests.clients.guide import Guide
from tests.clients.person import Person, soon

NEEDED = ("mpm_event", "authn_core", "authz_core", "authz_user", "proxy", "proxy_http", "auth_openidc")

pytestmark = pytest.mark.skipif(not apache.has("auth_openidc"), reason="mod_auth_openidc is not installed")


class Application(BaseHTTPRequestHandler):
    """An application behind Apache that says what it is told of the person."""

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def application() -> Iterator[str]:
    """Address of the application."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Application) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def intranet(landlord: Landlord, application: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    """Apache in front of the application."""
    guide = landlord.guides["mod_auth_openidc"]
    folder = guide.write(tmp_path_factory.mktemp("apache"))
    site = folder / "site.conf"
    site.write_text(site.read_text().replace("http://127.0.0.1:8080", application))
    secrets = {"OIDC_CLIENT_SECRET": landlord.secret("intranet"), "OIDC_CRYPTO_PASSPHRASE": os.urandom(16).hex()}
    with apache.serving(folder, guide.port, NEEDED, **secrets):
        yield guide


def told(page: requests.Response) -> dict[str, str]:
    """Read what the application was told."""
    found: dict[str, str] = page.json()
    return found


@pytest.mark.journey("paris-11")
def test_from_the_sign_in_to_the_sign_out(intranet: Guide, person: Person) -> None:
    headers = told(person.sign_in(f"{intranet.app}/papers"))
    assert headers["oidc_claim_email"] == f"{person.identifier}@example.org"
    claims = json.loads(headers["oidc_userinfo_json"].encode("latin-1"))
    assert claims["name"] == "Chloé LEFÈVRE"
    assert [contract["reference"] for contract in claims["contracts"]] == [f"LOT-{person.identifier}"]
    before = headers["oidc_access_token"]
    refresh = urlencode({"refresh": f"{intranet.app}/papers", "access_token": before})
    after = told(person.open(f"{intranet.app}/oidc?{refresh}"))["oidc_access_token"]
    assert after != before
    page = person.open(f"{intranet.app}/oidc?{urlencode({'logout': f'{intranet.app}/goodbye'})}")
    assert page.url == f"{intranet.app}/goodbye"
    assert person.is_asked_by(f"{intranet.app}/papers")


@pytest.mark.journey("all-8")
@pytest.mark.spec("Back-Channel Logout 2.6")
def test_it_hears_of_a_sign_out_elsewhere(intranet: Guide, person: Person) -> None:
    person.sign_in(f"{intranet.app}/papers")
    person.sign_out()
    assert soon(lambda: person.is_asked_by(f"{intranet.app}/papers"))


def test_nobody_tells_the_application_who_they_are(intranet: Guide, person: Person) -> None:
    person.browser.headers["OIDC_CLAIM_email"] = "somebody@example.org"
    headers = told(person.sign_in(f"{intranet.app}/papers"))
    assert headers["oidc_claim_email"] == f"{person.identifier}@example.org"
