"""A sign-in by an account elsewhere, in Chromium, with the code of the telephone behind it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import select

from idp.app import create_app
from idp.domain.social import Identity
from idp.models import Account
from idp.services import social_links
from idp.settings.root import Settings
from idp.settings.second_factor import SecondFactor
from idp.web.runtime import system_clock
from tests.authenticator import add_second_factor, code_at
from tests.conftest import HandClock, MakeWork
from tests.mail_server import free_port
from tests.people import add_account, add_holder
from tests.social.in_browser import french_phone, look, press, serving
from tests.social.test_in_browser import by_loge, prepare, with_providers

pytestmark = pytest.mark.browser


@pytest.fixture
def address(settings: Settings, clock: HandClock, make_work: MakeWork, tmp_path: Path) -> Iterator[str]:
    """Where a landlord's pages are who offers second factors, beside whom moselle vouches for people."""
    port = free_port()
    issuer, there = f"http://127.0.0.1:{port}/paris", f"http://127.0.0.1:{port}/moselle"
    settings = with_providers(settings, port, there, f"{issuer}/social/other/callback", tmp_path)
    paris = settings.landlords["paris"].model_copy(update={"second_factor": SecondFactor(mode="offered")})
    settings = settings.model_copy(update={"landlords": {**settings.landlords, "paris": paris}})
    clock.now = system_clock()
    prepare(make_work)
    work = make_work("moselle")
    subject = work.db.scalars(select(Account.sub).where(Account.landlord == "moselle")).one()
    work.db.close()
    work = make_work()
    account = add_account(work, add_holder(work, "7000840"))
    assert social_links.link(work, account, "other", Identity(there, subject, None)) is None
    add_second_factor(work, account)
    work.db.commit()
    work.db.close()
    with serving(create_app(settings, system_clock), port):
        yield issuer


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = french_phone(browser)
    yield context
    context.close()


def test_a_sign_in_by_an_account_elsewhere_passes_the_code(address: str, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(f"{address}/sign-in?then=account")
    press(page, "Continuer avec Autre")
    by_loge(page)
    page.wait_for_url("**/paris/second-factor*")
    look(page, "second-factor")
    page.goto(f"{address}/account")
    page.wait_for_url("**/paris/second-factor*")  # not signed in anywhere before
    page.fill("main [name=code]", code_at(system_clock()))
    press(page, "Continuer")
    page.wait_for_url("**/paris/account*")
    assert "Mon compte" in page.inner_text("h1")
