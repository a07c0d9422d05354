"""oidc-client-ts, in a single-page app in Chromium."""

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import requests
from playwright.sync_api import Page

from tests.clients import node
from tests.clients.conftest import Landlord
from tests.clients.guide import Guide
from tests.clients.person import Person
from tests.people import PASSWORD

LIBRARIES = {
    "oidc-client-ts": "oidc-client-ts/dist/esm/oidc-client-ts.js",
    "jwt-decode": "jwt-decode/build/esm/index.js",
}
PAGE = """<!doctype html>
<title>Visites</title>
<script type="importmap">%s</script>
<script type="module" src="/app.js"></script>
<button name="sign-in">Sign in</button>
<button name="renew">Renew</button>
<button name="sign-out">Sign out</button>
<output></output>
"""

pytestmark = node.needs_packages


class Files(SimpleHTTPRequestHandler):
    """Serves the app's files."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def visits(landlord: Landlord, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    guide = landlord.guides["oidc-client-ts"]
    folder = guide.write(tmp_path_factory.mktemp("visits"))
    (folder / "node_modules").symlink_to(node.MODULES)
    imports = {name: f"/node_modules/{path}" for name, path in LIBRARIES.items()}
    (folder / "index.html").write_text(PAGE % json.dumps({"imports": imports}))
    with ThreadingHTTPServer(("127.0.0.1", guide.port), partial(Files, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield guide
        server.shutdown()


class App:
    """The app in somebody's browser.

    Args:
        page: the browser's tab.
        guide: where the app is.
        person: who is in front of it.
    """

    def __init__(self, page: Page, guide: Guide, person: Person) -> None:
        self.page, self.guide, self.person = page, guide, person

    def ask(self) -> None:
        """Open the app, and ask to sign in."""
        self.page.goto(f"{self.guide.app}/")
        self.wait_for("nobody")
        self.page.click("[name=sign-in]")
        self.page.wait_for_url(f"{self.person.issuer}/sign-in*")

    def sign_in(self) -> None:
        """Sign in, and come back."""
        self.ask()
        self.page.fill("[name=identifier]", self.person.identifier)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.wait_for(self.person.identifier)

    def wait_for(self, words: str) -> None:
        """Wait until the app shows something."""
        self.page.wait_for_function("words => document.querySelector('output')?.value.includes(words)", arg=words)

    def profile(self) -> dict[str, Any]:
        """Read what the app shows of the person."""
        found: dict[str, Any] = json.loads(self.page.evaluate("document.querySelector('output').value"))
        return found

    def tokens(self) -> dict[str, str]:
        """Read what the app keeps in the browser."""
        found: dict[str, str] = json.loads(
            self.page.evaluate("Object.values(sessionStorage).find(value => value.includes('id_token'))")
        )
        return found


@pytest.fixture
def app(page: Page, visits: Guide, person: Person) -> App:
    return App(page, visits, person)


@pytest.mark.browser
@pytest.mark.journey("all-8")
def test_from_the_sign_in_to_the_sign_out(landlord: Landlord, app: App, person: Person) -> None:
    app.sign_in()
    assert app.page.url == f"{app.guide.app}/"
    email = f"{person.identifier}@example.org"
    assert app.profile().items() >= {"name": "Chloé LEFÈVRE", "email": email, "email_verified": True}.items()
    first = app.tokens()
    app.page.click("[name=renew]")
    app.page.wait_for_function(
        "old => !Object.values(sessionStorage).join().includes(old)", arg=first["access_token"]
    )
    second = app.tokens()
    assert second["refresh_token"] != first["refresh_token"]
    app.page.click("[name=sign-out]")
    app.wait_for("nobody")
    app.ask()
    asked = {"grant_type": "refresh_token", "client_id": "visits", "refresh_token": second["refresh_token"]}
    answer = requests.post(f"{landlord.issuer}/token", data=asked, timeout=60)
    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.browser
@pytest.mark.journey("all-8")
def test_a_renewal_tells_that_everything_has_ended(landlord: Landlord, app: App) -> None:
    app.sign_in()
    other = app.page.context.new_page()
    other.goto(f"{landlord.issuer}/account")
    other.click("form[action$='/sign-out-everywhere'] button")
    other.wait_for_url(f"{landlord.issuer}/sign-in*")
    app.page.click("[name=renew]")
    app.wait_for("nobody")
