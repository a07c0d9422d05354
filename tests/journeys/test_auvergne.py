"""The signatories of auvergne: two steps, six digits, birth date, terms, sign-in by e-mail."""

import re

import pytest
from playwright.sync_api import BrowserContext

from tests.journeys.conftest import Demo
from tests.journeys.tenant import OWN_PASSWORD, Tenant

NEW_PASSWORD = "Jonquille-7-rues"


def mailed_digits(tenant: Tenant, recipient: str) -> str:
    """Ask for the digits by mail, as somebody does who neither sees nor hears them, and read them."""
    before = len(tenant.demo.mails_to(recipient))
    tenant.press("Recevoir un code")
    tenant.page.wait_for_load_state()
    body = tenant.demo.next_mail(recipient, before).get_body(("plain",))
    assert body is not None
    found = re.search(r"\b(\d{3}) ?(\d{3})\b", body.get_content())
    assert found is not None
    return found[1] + found[2]


@pytest.mark.journey("auvergne-1")
@pytest.mark.journey("auvergne-2")
@pytest.mark.journey("auvergne-3")
@pytest.mark.journey("auvergne-4")
@pytest.mark.journey("auvergne-5")
@pytest.mark.journey("auvergne-6")
@pytest.mark.journey("auvergne-7")
def test_two_steps_to_the_portal(demo: Demo, phone: BrowserContext, script: bool) -> None:
    person = next(demo.tenants["auvergne"])
    on_file = person.pop("on_file")
    email = f"auvergne-{int(script)}@example.org"
    tenant = Tenant(demo, phone, script, "auvergne", "auvergne")
    tenant.start_at_portal()
    tenant.look("sign-in")
    tenant.press("Créer mon compte")
    assert "Complétez vos informations personnelles" in tenant.page.inner_text("h1")
    tenant.look("step-1")
    tenant.fill(**person)
    tenant.press("Une autre image")
    assert tenant.page.input_value("[name=last_name]") == person["last_name"]
    tenant.fill(captcha=mailed_digits(tenant, on_file))
    tenant.look("step-1-mailed-digits")
    tenant.page.locator("main button", has_text="Valider").last.click()
    tenant.page.wait_for_selector("[name=email_again]")
    assert "Saisissez vos nouvelles données de connexion" in tenant.page.inner_text("h1")
    tenant.look("step-2")
    tenant.fill(email=email, email_again=email, password=OWN_PASSWORD, confirmation=OWN_PASSWORD)
    code = mailed_digits(tenant, on_file)
    tenant.fill(password=OWN_PASSWORD, confirmation=OWN_PASSWORD, captcha=code)
    tenant.page.locator("main button", has_text="Valider").last.click()
    assert "conditions générales" in tenant.page.inner_text("#summary")
    tenant.look("step-2-refused")
    tenant.fill(password=OWN_PASSWORD, confirmation=OWN_PASSWORD, captcha=code)
    tenant.page.check("[name=terms]")
    tenant.page.locator("main button", has_text="Valider").last.click()
    tenant.page.wait_for_url("**/first-connection/mailbox*")
    tenant.page.goto(demo.link_to(email, "adresse"))
    tenant.press("Confirmer mon adresse email")
    tenant.page.wait_for_url("**/auvergne/sign-in*")
    tenant.fill(identifier=email.upper(), password=OWN_PASSWORD)
    tenant.press("Se connecter")
    assert email in tenant.at_portal()
    tenant.press("Me déconnecter")
    forgotten_password(tenant, email)


def forgotten_password(tenant: Tenant, email: str) -> None:
    """Go through « Mot de passe oublié » with six digits."""
    tenant.start_at_portal()
    tenant.press("Mot de passe oublié")
    tenant.fill(identifier=email)
    tenant.fill(captcha=mailed_digits(tenant, email))
    tenant.page.locator("main button[type=submit]").last.click()
    tenant.page.wait_for_url("**/forgotten-password/sent*")
    tenant.page.goto(tenant.demo.link_to(email, "Choisissez"))
    tenant.choose_password(NEW_PASSWORD)
    tenant.page.wait_for_url("**/auvergne/sign-in*")
    tenant.fill(identifier=email, password=NEW_PASSWORD)
    tenant.press("Se connecter")
    tenant.at_portal()
