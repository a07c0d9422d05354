"""Every button of the catalogue in Chromium, each with a stand-in that checks what it is asked."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from idp.app import create_app
from idp.domain.mails import MailKind
from idp.domain.social import Identity
from idp.models import Base, BrowserSession, Captcha, SocialIdentity
from idp.services import social_links
from idp.services.vault import Vault
from idp.services.work import Origin, Work
from idp.settings.root import Settings
from idp.settings.secret_files import write_secret
from idp.settings.social import Kind, Social
from idp.web.runtime import system_clock
from tests import upstream
from tests.conftest import HandClock, for_tests, new_database
from tests.mail_server import free_port
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter, newest_mail
from tests.social.in_browser import french_phone, look, press, serving
from tests.social.stand_ins import PEM, STAND_INS
from tests.social.test_vouched import with_vouching
from tests.upstream import CLIENT_ID, SECRET, Other

pytestmark = pytest.mark.browser
HOME = "/home-of-the-landlord"
OFFERED = {"google": True, "linkedin": True, "x": True, "oidc": True}
"""Providers that say of an address that it is its owner's; of the others none is filled in."""


@dataclass(frozen=True)
class World:
    """The landlords in a browser, and everybody whom their buttons lead to.

    Attributes:
        address: where the pages are.
        others: the stand-in of each provider.
        clock: everybody's.
        works: makes works of a landlord.
    """

    address: str
    others: dict[Kind, Other]
    clock: HandClock
    works: Callable[[str], Work]


@pytest.fixture(scope="module")
def world(committed: Settings, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[World]:
    """Run all of it, once."""
    folder, clock, port = tmp_path_factory.mktemp("buttons"), HandClock(system_clock()), free_port()
    url = new_database(folder, f"loge_buttons_{worker_id}")
    with ExitStack() as stack:
        others = {kind: stack.enter_context(upstream.running(clock)) for kind in STAND_INS}
        settings = offering(for_tests(committed, url, folder), others, folder, port)
        engine = create_engine(url)
        stack.callback(engine.dispose)
        Base.metadata.create_all(engine)
        stack.enter_context(serving(create_app(settings, clock), port))

        def works(slug: str) -> Work:
            vault, origin = Vault([b"r" * 32], settings.hashing), Origin("192.0.2.0/24")
            db = stack.enter_context(Session(engine, expire_on_commit=False))
            return Work(db, clock(), settings.landlords[slug], settings, vault, origin)

        yield World(f"http://127.0.0.1:{port}", others, clock, works)


def offering(settings: Settings, others: dict[Kind, Other], folder: Path, port: int) -> Settings:
    """Put every button on the pages of paris, and FranceConnect's on those of auvergne."""
    write_secret(folder / "secret", SECRET)
    write_secret(folder / "apple", PEM)
    offered = {
        kind: Social(
            provider=kind,
            client_id=CLIENT_ID,
            secret_file=folder / ("apple" if kind == "apple" else "secret"),
            **STAND_INS[kind](other),
        )
        for kind, other in others.items()
    }
    base = f"http://127.0.0.1:{port}"
    paris = settings.landlords["paris"].model_copy(update={"social": list(offered.values())})
    auvergne = with_vouching(settings.landlords["auvergne"], offered["franceconnect"])
    landlords = {
        landlord.slug: landlord.model_copy(update={"issuer": f"{base}/{landlord.slug}", "home_url": base + HOME})
        for landlord in (paris, auvergne)
    }
    server = settings.server.model_copy(update={"public_url": base})
    return settings.model_copy(update={"landlords": {**settings.landlords, **landlords}, "server": server})


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A French phone."""
    context = french_phone(browser)
    yield context
    context.close()


def push(page: Page, kind: Kind, purpose: str) -> None:
    """Press the button of a provider."""
    page.click(f'form[action*="/social/{kind}/{purpose}"] button')


def there(page: Page, words: str) -> None:
    """Decide at the provider."""
    page.click(f"main >> text={words}")


def ways_in(work: Work) -> list[list[str]]:
    found = work.db.scalars(select(BrowserSession).where(BrowserSession.account_id.is_not(None))).all()
    work.db.commit()
    return [session.amr for session in found]


@pytest.mark.journey("paris-4")
@pytest.mark.parametrize("kind", STAND_INS)
def test_first_connection_and_later_sign_in_with_each_button(world: World, phone: BrowserContext, kind: Kind) -> None:
    work, paris = world.works("paris"), f"{world.address}/paris"
    identifier = str(7000901 + list(STAND_INS).index(kind))
    add_letter(work, add_holder(work, identifier))
    work.db.commit()
    page = phone.new_page()
    page.goto(f"{paris}/first-connection")
    page.fill("main [name=identifier]", identifier)
    page.fill("main [name=password]", CODE)
    press(page, "Connexion")
    push(page, kind, "connect")
    there(page, "Accepter")
    page.wait_for_url("**/first-connection/email*")
    assert page.input_value("[name=email]") == ("chloe@example.net" if kind in OFFERED else "")
    page.fill("[name=email]", f"{kind}@example.org")
    press(page, "Soumettre")
    page.wait_for_url("**/first-connection/mailbox*")
    page.goto(f"{paris}/link?token={newest_mail(work, MailKind.CONFIRM_EMAIL)[1]}")
    work.db.commit()
    press(page, "Confirmer mon adresse email")
    page.wait_for_url(f"**{HOME}")
    phone.clear_cookies()
    page.goto(f"{paris}/sign-in")
    push(page, kind, "sign-in")
    there(page, "Accepter")
    page.wait_for_url(f"**{HOME}")
    assert ways_in(work).count(["fed", f"fed:{kind}"]) == 2
    assert world.others[kind].faults == []


@pytest.mark.journey("paris-4")
def test_linked_elsewhere_already_and_cancelled(world: World, phone: BrowserContext) -> None:
    work, paris = world.works("paris"), f"{world.address}/paris"
    other = world.others["linkedin"]
    work.db.query(SocialIdentity).filter_by(provider="linkedin").delete()
    owner = add_account(work, add_holder(work, "7000921"))
    assert social_links.link(work, owner, "linkedin", Identity(other.issuer, other.person["sub"], None)) is None
    add_account(work, add_holder(work, "7000922"))
    work.db.commit()
    page = phone.new_page()
    page.goto(f"{paris}/sign-in")
    page.fill("main [name=identifier]", "7000922")
    page.fill("main [name=password]", PASSWORD)
    press(page, "Connexion")
    page.wait_for_url(f"**{HOME}")
    page.goto(f"{paris}/account/social/linkedin/link")
    page.fill("main [name=present]", PASSWORD)
    press(page, "Continuer vers LinkedIn")
    there(page, "Refuser")
    assert "Vous avez annulé" in page.inner_text("h1")
    press(page, "Retourner à mon compte")
    press(page, "Relier votre compte LinkedIn")
    page.fill("main [name=present]", PASSWORD)
    press(page, "Continuer vers LinkedIn")
    there(page, "Accepter")
    assert "déjà relié" in page.inner_text("main")
    look(page, "taken")
    press(page, "Retourner à mon compte")
    page.wait_for_url("**/paris/account*")


@pytest.mark.journey("all-5")
def test_two_tabs_an_answer_used_twice_and_one_that_is_late(world: World, phone: BrowserContext) -> None:
    work, other = world.works("paris"), world.others["google"]
    work.db.query(SocialIdentity).filter_by(provider="google").delete()
    account = add_account(work, add_holder(work, "7000931"))
    assert social_links.link(work, account, "google", Identity(other.issuer, other.person["sub"], None)) is None
    work.db.commit()
    tabs = [phone.new_page() for _ in range(3)]
    for tab in tabs:
        tab.goto(f"{world.address}/paris/sign-in")
        push(tab, "google", "sign-in")
    answer = tabs[0].get_attribute("text=Accepter", "href")
    for tab in tabs[:2]:
        there(tab, "Accepter")
        tab.wait_for_url(f"**{HOME}")
    tabs[0].goto(answer or "")
    assert "Recommencez" in tabs[0].inner_text("main")
    look(tabs[0], "over")
    press(tabs[0], "Revenir à la page de connexion")
    tabs[0].wait_for_url(f"**{HOME}")  # signed in by the first answer
    world.clock.forward(minutes=16)
    there(tabs[2], "Accepter")
    assert "Recommencez" in tabs[2].inner_text("main")


def test_franceconnect_says_who_it_is_and_is_signed_out_of(world: World, phone: BrowserContext) -> None:
    work, auvergne = world.works("auvergne"), f"{world.address}/auvergne"
    add_holder(work, "08271217575", last_name="MARTIN").facts = {"birth_name": "LEFEVRE", "rank": "1"}
    work.db.commit()
    page = phone.new_page()
    page.goto(f"{auvergne}/registration")
    push(page, "franceconnect", "prove")
    there(page, "Accepter")
    assert "Chloé Marie LEFÈVRE" in page.inner_text("main")
    page.fill("[name=identifier]", "02 0827 1217 599")
    press(page, "Continuer")
    assert "ne vont pas ensemble" in page.inner_text("main")
    look(page, "proof")
    page.fill("[name=identifier]", "02 0827 1217 575")
    press(page, "Continuer")
    page.wait_for_url("**/auvergne/registration*")
    for name in ("email", "email_again"):
        page.fill(f"[name={name}]", "chloe@example.org")
    page.check("[name=terms]")
    page.fill("[name=captcha]", digits(work))
    look(page, "vouched")
    press(page, "Valider")
    page.wait_for_url("**/first-connection/mailbox*")
    page.goto(f"{auvergne}/activation?token={newest_mail(work, MailKind.ACTIVATE)[1]}")
    work.db.commit()
    page.click("main button[type=submit]")
    page.wait_for_url("**/auvergne/sign-in*")
    push(page, "franceconnect", "sign-in")
    there(page, "Accepter")
    page.wait_for_url(f"**{HOME}")
    page.goto(f"{auvergne}/sign-out")
    press(page, "Me déconnecter")
    press(page, "Se déconnecter aussi de FranceConnect")
    page.wait_for_url("**/auvergne/sign-out")
    assert "Votre session est fermée" in page.inner_text("h1")
    assert world.others["franceconnect"].faults == []


def digits(work: Work) -> str:
    """Read the newest digits that a page asks for."""
    row = work.db.scalars(select(Captcha).order_by(Captcha.id.desc())).first()
    assert row is not None
    found = work.vault.unseal(row.sealed, f"captcha:{row.reference_hash}")
    work.db.commit()
    return found
