"""A sign-up by keyboard and by ear: no picture is ever shown, no mouse is ever used."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from idp.models import Captcha
from idp.services.vault import Vault, digest
from idp.settings.server import Hashing
from tests.journeys.conftest import Demo
from tests.journeys.tenant import OWN_PASSWORD, Tenant

MOST_KEYS = 80
FOCUSED = "document.activeElement.id || document.activeElement.tagName"


def heard(demo: Demo, page: Page) -> str:
    """Tell what the recording of the present page says."""
    reference = page.get_attribute("[name=captcha_reference]", "value") or ""
    root = base64.b64decode(Path(demo.home / "var/secrets/root.key").read_text())
    engine = create_engine(demo.environ["DATABASE_URL"])
    with Session(engine) as db:
        row = db.scalars(select(Captcha).where(Captcha.reference_hash == digest(reference))).one()
        digits = Vault([root], Hashing(memory_kib=8)).unseal(row.sealed, f"captcha:{row.reference_hash}")
    engine.dispose()
    return digits


def go_to(page: Page, wanted: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(MOST_KEYS):
        if page.evaluate(FOCUSED) == wanted:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {wanted}")


def type_in(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        go_to(page, name)
        page.keyboard.type(value)


def listen(demo: Demo, page: Page) -> None:
    """Play the recording, type what it says, and send the form."""
    go_to(page, "AUDIO")
    with page.expect_response("**/captcha/*.wav") as played:
        page.keyboard.press("Space")
    assert played.value.ok
    type_in(page, captcha=heard(demo, page))
    page.keyboard.press("Enter")


@pytest.mark.threat("T-11")
@pytest.mark.journey("auvergne-1")
@pytest.mark.journey("all-4")
def test_a_sign_up_by_keyboard_and_by_ear(demo: Demo, phone: BrowserContext, script: bool) -> None:
    person = next(demo.tenants["auvergne"])
    person.pop("on_file")
    tenant = Tenant(demo, phone, script, "by-ear", "auvergne")
    page = tenant.page
    page.route("**/captcha/*.png", lambda route: route.abort())
    page.goto(f"{demo.provider}/auvergne/registration")
    type_in(page, **person)
    listen(demo, page)
    page.wait_for_selector("[name=email_again]")
    email = "by-ear@example.org"
    type_in(page, email=email, email_again=email, password=OWN_PASSWORD, confirmation=OWN_PASSWORD)
    go_to(page, "terms")
    page.keyboard.press("Space")
    listen(demo, page)
    page.wait_for_url("**/first-connection/mailbox*")
    assert demo.link_to(email, "adresse")
