"""Accounts elsewhere, in Chromium, with real providers: Loge itself, and node-oidc-provider."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from idp.app import create_app
from idp.domain.mails import MailKind
from idp.models import SocialIdentity
from idp.services import keys
from idp.settings.client import Client
from idp.settings.root import Settings
from idp.settings.secret_files import write_secret
from idp.settings.social import Kind, Social
from idp.web.runtime import system_clock
from tests.clients.node import MODULES, NODE, needs_packages
from tests.clients.programs import running
from tests.conftest import HandClock, MakeWork
from tests.mail_server import free_port
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter, newest_mail
from tests.social.in_browser import french_phone, look, press, serving
from tests.upstream import CLIENT_ID, SECRET

pytestmark = pytest.mark.browser
BUTTONS: tuple[Kind, ...] = ("x", "google", "linkedin", "facebook", "microsoft", "apple", "franceconnect")


@dataclass(frozen=True)
class Site:
    """Where the landlord's pages are, and another provider beside them.

    Attributes:
        address: the landlord's issuer.
        sign_in_there: fills in the other provider's pages.
        cancel_there: changes one's mind on them.
    """

    address: str
    sign_in_there: Callable[[Page], None]
    cancel_there: Callable[[Page], None]


def by_loge(page: Page) -> None:
    page.wait_for_url("**/moselle/sign-in*")
    page.fill("main [name=identifier]", "120034")
    page.fill("main [name=password]", PASSWORD)
    page.click("main form:has([name=password]) button[type=submit]")


def by_node(page: Page) -> None:
    page.wait_for_url("**/interaction/**")
    page.fill("[name=login]", "chloe")
    page.fill("[name=password]", "anything")
    page.click("button[type=submit]")
    page.wait_for_load_state()
    if "/interaction/" in page.url:
        page.click("button[type=submit]")


HOME = "/home-of-the-landlord"
"""Where the landlord's own pages begin; it is enough to be sent there, so the server has no such page."""
NODE_PROVIDER = """
import { Provider } from 'oidc-provider'
const issuer = `http://127.0.0.1:${process.env.PORT}`
const provider = new Provider(issuer, {
  clients: [{
    client_id: process.env.CLIENT_ID, client_secret: process.env.CLIENT_SECRET,
    redirect_uris: [process.env.REDIRECT_URI], token_endpoint_auth_method: 'client_secret_post',
  }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  findAccount: (_, id) => ({
    accountId: id, claims: () => ({ sub: id, email: `${id}@example.net`, email_verified: true }),
  }),
})
provider.listen(process.env.PORT)
"""


@pytest.fixture(params=["loge", pytest.param("node-oidc-provider", marks=needs_packages)])
def site(
    request: pytest.FixtureRequest, settings: Settings, clock: HandClock, make_work: MakeWork, tmp_path: Path
) -> Iterator[Site]:
    """Run the landlord and the other provider."""
    port, other_port = free_port(), free_port()
    address = f"http://127.0.0.1:{port}/paris"
    callback = f"{address}/social/other/callback"
    is_loge = request.param == "loge"
    issuer = f"http://127.0.0.1:{port}/moselle" if is_loge else f"http://127.0.0.1:{other_port}"
    settings = with_providers(settings, port, issuer, callback, tmp_path)
    clock.now = system_clock()  # the other provider has no other
    app = create_app(settings, system_clock)
    prepare(make_work)
    with serving(app, port):
        if is_loge:
            yield Site(address, by_loge, lambda page: page.click("main button:has-text('Annuler')"))
            return
        folder = tmp_path / "node"
        folder.mkdir()
        (folder / "server.mjs").write_text(NODE_PROVIDER)
        (folder / "node_modules").symlink_to(MODULES)
        environ = {"CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": SECRET, "REDIRECT_URI": callback}
        with running([NODE, "server.mjs"], folder, other_port, PORT=str(other_port), **environ):
            yield Site(address, by_node, lambda page: page.click("text=Cancel"))


def with_providers(settings: Settings, port: int, issuer: str, callback: str, folder: Path) -> Settings:
    """Put the pages where they really are, and offer every button; only one leads somewhere."""
    secret = folder / "secret"
    write_secret(secret, SECRET)
    offered = [
        Social(
            provider="oidc",
            name="other",
            label={"fr": "Autre"},
            client_id=CLIENT_ID,
            secret_file=secret,
            issuer=issuer,
        ),
        Social(
            provider="oidc",
            name="down",
            label={"fr": "Panne"},
            client_id=CLIENT_ID,
            secret_file=secret,
            issuer=f"http://127.0.0.1:{free_port()}",
        ),
        *(
            Social(provider=kind, client_id=CLIENT_ID, secret_file=secret, team_id="TEAM123456", key_id="KEY1234567")
            for kind in BUTTONS
        ),
    ]
    app = Client(
        client_id=CLIENT_ID,
        name="Régie Lutèce",
        auth="client_secret_post",
        secret_file=secret,
        redirect_uris=[callback],
        scopes=["openid", "email"],
        first_party=True,
    )
    base = f"http://127.0.0.1:{port}"
    paris, moselle = settings.landlords["paris"], settings.landlords["moselle"]
    changed = {
        "paris": paris.model_copy(update={"issuer": f"{base}/paris", "home_url": base + HOME, "social": offered}),
        "moselle": moselle.model_copy(update={"issuer": f"{base}/moselle", "clients": [*moselle.clients, app]}),
    }
    server = settings.server.model_copy(update={"public_url": base})
    return settings.model_copy(update={"landlords": {**settings.landlords, **changed}, "server": server})


def prepare(make_work: MakeWork) -> None:
    """Send a letter to somebody at paris who has an account at moselle, and open one for their neighbour at paris."""
    work = make_work("moselle")
    keys.ensure(work)
    add_account(work, add_holder(work, "120034"), email="chloe@example.net")
    work.db.commit()
    work.db.close()
    work = make_work()
    keys.ensure(work)
    add_letter(work, add_holder(work, "7000830"))
    add_account(work, add_holder(work, "7000831"), email="neighbour@example.org")
    work.db.commit()
    work.db.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A French phone."""
    context = french_phone(browser)
    yield context
    context.close()


def mailed_link(make_work: MakeWork, address: str, recipient: str) -> str:
    work = make_work()
    to, token = newest_mail(work, MailKind.CONFIRM_EMAIL)
    work.db.commit()
    work.db.close()
    assert to == recipient
    return f"{address}/link?token={token}"


def linked(make_work: MakeWork) -> int:
    work = make_work()
    found = len(work.db.scalars(select(SocialIdentity)).all())
    work.db.commit()
    work.db.close()
    return found


@pytest.mark.journey("paris-4")
def test_first_connection_and_later_sign_in(site: Site, phone: BrowserContext, make_work: MakeWork) -> None:
    page = phone.new_page()
    page.goto(f"{site.address}/first-connection")
    page.fill("main [name=identifier]", "7000830")
    page.fill("main [name=password]", CODE)
    press(page, "Connexion")
    page.wait_for_url("**/first-connection/email*")
    look(page, "email")
    press(page, "Continuer avec Autre")
    site.sign_in_there(page)
    page.wait_for_url("**/first-connection/email*")
    assert page.input_value("[name=email]") == "chloe@example.net"
    look(page, "email-offered")
    press(page, "Soumettre")
    page.wait_for_url("**/first-connection/mailbox*")
    page.goto(mailed_link(make_work, site.address, "chloe@example.net"))
    press(page, "Confirmer mon adresse email")
    page.wait_for_url(f"**{HOME}")
    page.goto(f"{site.address}/account")
    look(page, "account")
    press(page, "Ne plus relier votre compte Autre")
    press(page, "Ne plus relier ce compte")
    assert "seul moyen" in page.inner_text("main")
    page.goto(f"{site.address}/sign-out")
    press(page, "Me déconnecter")
    page.wait_for_selector("main >> text=Autre")
    page.goto(f"{site.address}/sign-in")
    look(page, "sign-in")
    press(page, "Continuer avec Autre")
    if "/moselle/sign-in" in page.url or "/interaction/" in page.url:
        site.sign_in_there(page)
    page.wait_for_url(f"**{HOME}")


@pytest.mark.journey("paris-4")
def test_link_unlink_and_what_may_go_wrong(site: Site, phone: BrowserContext, make_work: MakeWork) -> None:
    page = phone.new_page()
    page.goto(f"{site.address}/sign-in")
    press(page, "Continuer avec Panne")
    assert "ne répond pas" in page.inner_text("main")
    look(page, "down")
    press(page, "Revenir à la page de connexion")
    press(page, "Continuer avec Autre")
    page.wait_for_load_state()
    site.cancel_there(page)
    page.wait_for_url(re.compile("/paris/social/other/callback"))
    assert "Vous avez annulé" in page.inner_text("h1")
    look(page, "cancelled")
    press(page, "Revenir à la page de connexion")
    press(page, "Continuer avec Autre")
    site.sign_in_there(page)
    page.wait_for_url("**/paris/social/other/callback*")
    assert "pas encore relié" in page.inner_text("main")
    look(page, "not-linked")
    press(page, "Se connecter avec votre identifiant")
    page.fill("main [name=identifier]", "7000831")
    page.fill("main [name=password]", PASSWORD)
    press(page, "Connexion")
    page.wait_for_url(f"**{HOME}")
    page.goto(f"{site.address}/account")
    press(page, "Relier votre compte Autre")
    look(page, "link")
    page.fill("main [name=present]", PASSWORD)
    press(page, "Continuer vers Autre")
    page.wait_for_url("**/paris/account*")
    assert "Votre compte est relié" in page.inner_text("main")
    assert linked(make_work) == 1
    press(page, "Ne plus relier votre compte Autre")
    page.fill("main [name=present]", PASSWORD)
    press(page, "Ne plus relier ce compte")
    page.wait_for_url("**/paris/account*")
    assert "plus relié" in page.inner_text("main")
    assert linked(make_work) == 0
