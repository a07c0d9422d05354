"""An app of somebody else's, in a real browser: refused, allowed, not asked about again, and put out."""

from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlencode

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Flask, request
from playwright.sync_api import BrowserContext, Page

from idp.settings.client import Client
from idp.settings.root import Settings
from tests.conftest import MakeWork
from tests.journeys.conftest import free_port
from tests.journeys.test_form_post import served
from tests.people import PASSWORD, add_account, add_holder

pytestmark = pytest.mark.browser
IDENTIFIER = "7000910"


class Partner:
    """An app on another site."""

    def __init__(self) -> None:
        self.port, self.provider_port = free_port(), free_port()
        self.provider = f"http://localhost:{self.provider_port}/paris"
        self.flask = Flask("partner")
        self.flask.add_url_rule("/callback", view_func=self.callback)

    @property
    def callback_uri(self) -> str:
        return f"http://127.0.0.1:{self.port}/callback"

    def start(self) -> str:
        """Address that asks for a sign-in."""
        asked = {
            "client_id": "partner",
            "redirect_uri": self.callback_uri,
            "response_type": "code",
            "scope": "openid email offline_access",
            "code_challenge": create_s256_code_challenge("v" * 64),
            "code_challenge_method": "S256",
        }
        return f"{self.provider}/authorize?{urlencode(asked)}"

    def callback(self) -> str:
        """Say what the provider answered."""
        return f"<title>Landed</title><p>{request.args.get('error') or 'code'}"


@pytest.fixture
def partner() -> Partner:
    return Partner()


@pytest.fixture
def settings(settings: Settings, partner: Partner) -> Settings:
    """The usual settings, served on a free port, with the app registered as somebody else's."""
    client = Client(
        client_id="partner",
        name="Watts & Compagnie",
        auth="none",
        redirect_uris=[partner.callback_uri],
        scopes=["openid", "email", "offline_access"],
    )
    paris = settings.landlords["paris"].model_copy(update={"issuer": partner.provider, "clients": [client]})
    return settings.model_copy(update={"landlords": {"paris": paris}})


@pytest.fixture
def page(app: Flask, partner: Partner, make_work: MakeWork, phone: BrowserContext) -> Iterator[Page]:
    """A phone in front of the provider and the app, in the hand of somebody with an account."""
    work = make_work()
    add_account(work, add_holder(work, IDENTIFIER))
    work.db.commit()
    with ExitStack() as servers:
        servers.enter_context(served(app, partner.provider_port))
        servers.enter_context(served(partner.flask, partner.port))
        yield phone.new_page()


def answered(page: Page) -> str:
    """Read what the app was told."""
    page.wait_for_url("**/callback?*")
    return page.inner_text("p")


@pytest.mark.spec("OIDC Core 3.1.2.4")
def test_refused_allowed_and_withdrawn(page: Page, partner: Partner) -> None:
    page.goto(partner.start())
    page.fill("[name=identifier]", IDENTIFIER)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/authorization?*")
    words = page.inner_text("main")
    assert "Watts & Compagnie" in words
    assert "votre adresse email" in words
    page.click("text=Refuser")
    assert answered(page) == "access_denied"
    page.goto(partner.start())
    page.click("button:has-text('Autoriser')")
    assert answered(page) == "code"
    page.goto(partner.start())
    assert answered(page) == "code"
    page.goto(f"{partner.provider}/account")
    page.click("text=Voir ces applications")
    page.click("text=Retirer l’accès")
    assert "L’accès de l’application est retiré." in page.inner_text("main")
    page.goto(partner.start())
    page.wait_for_url("**/authorization?*")
