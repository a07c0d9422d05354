"""Requests and answers by form, between two sites, in a real browser: cookies and policies as it applies them."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from threading import Thread

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Flask, redirect, request
from playwright.sync_api import BrowserContext, Page
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from idp.settings.client import Client
from idp.settings.root import Settings
from tests.conftest import MakeWork
from tests.journeys.conftest import free_port
from tests.people import PASSWORD, add_account, add_holder

pytestmark = pytest.mark.browser
STATE = 'é < > & "'


class App:
    """A landlord's app on another site, which asks by POST and is answered by POST."""

    def __init__(self, provider: str) -> None:
        self.origin = f"http://127.0.0.1:{free_port()}"
        self.provider = provider
        self.answers: list[dict[str, str]] = []
        self.flask = Flask("app")
        self.flask.add_url_rule("/", view_func=self.start)
        self.flask.add_url_rule("/callback", view_func=self.callback, methods=["POST"])
        self.flask.add_url_rule("/landed", view_func=lambda: "<title>Landed</title>")

    def start(self) -> str:
        """Show a form that asks for a sign-in."""
        asked = {
            "client_id": "elsewhere",
            "redirect_uri": f"{self.origin}/callback",
            "response_type": "code",
            "response_mode": "form_post",
            "scope": "openid",
            "state": STATE,
            "code_challenge": create_s256_code_challenge("v" * 64),
            "code_challenge_method": "S256",
        }
        fields = "".join(f'<input type="hidden" name="{name}" value="{escape(asked[name])}">' for name in asked)
        return f'<form method="post" action="{self.provider}/authorize">{fields}<button>Go</button></form>'

    def callback(self) -> Response:
        """Take the answer and show another page."""
        self.answers.append(request.form.to_dict())
        return redirect("/landed", 303)


@contextmanager
def served(app: Flask, port: int) -> Iterator[None]:
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture
def landlords_app() -> App:
    return App(f"http://localhost:{free_port()}/paris")


@pytest.fixture
def settings(settings: Settings, landlords_app: App) -> Settings:
    """The usual settings, served on a free port, with the app registered."""
    client = Client(
        client_id="elsewhere",
        name="Elsewhere",
        auth="none",
        first_party=True,
        redirect_uris=[f"{landlords_app.origin}/callback"],
    )
    issuer = landlords_app.provider
    paris = settings.landlords["paris"].model_copy(update={"issuer": issuer, "clients": [client]})
    return settings.model_copy(update={"landlords": {"paris": paris}})


def ask(page: Page, app: App, script: bool) -> None:
    """Ask for a sign-in and follow it to the app, on one's own where no script does."""
    page.goto(app.origin)
    page.click("button")
    if "/sign-in" in page.url:
        page.fill("[name=identifier]", "7000900")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
    if not script:
        page.click("#answer button")
    page.wait_for_url("**/landed")


@pytest.mark.threat("T-36")
def test_two_sites_talk_by_forms(
    app: Flask, landlords_app: App, make_work: MakeWork, phone: BrowserContext, script: bool
) -> None:
    work = make_work()
    add_account(work, add_holder(work, "7000900"))
    work.db.commit()
    ports = [int(address.split(":")[2].split("/")[0]) for address in (landlords_app.provider, landlords_app.origin)]
    with served(app, ports[0]), served(landlords_app.flask, ports[1]):
        page = phone.new_page()
        ask(page, landlords_app, script)
        ask(page, landlords_app, script)  # signed in now: no page in between
    assert [answer["state"] for answer in landlords_app.answers] == [STATE, STATE]
    assert all(len(answer["code"]) == 43 for answer in landlords_app.answers)
