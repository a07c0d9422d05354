"""`paris`, from the letter to the landlord's app and back, as tenants walk it."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.conftest import Demo
from tests.journeys.tenant import OWN_PASSWORD, Tenant

pytestmark = pytest.mark.browser
NEW_PASSWORD = "Orange-4-fenêtres"


@pytest.mark.journey("paris-1")
@pytest.mark.journey("paris-2")
@pytest.mark.journey("paris-4")
@pytest.mark.journey("paris-5")
@pytest.mark.journey("paris-6")
@pytest.mark.journey("paris-7")
@pytest.mark.journey("paris-8")
@pytest.mark.journey("paris-9")
@pytest.mark.journey("paris-11")
@pytest.mark.journey("paris-12")
def test_from_the_letter_to_the_contracts_and_back(demo: Demo, phone: BrowserContext, script: bool) -> None:
    identifier, code = next(demo.letters)
    email = f"tenant-{identifier}@example.org"
    tenant = Tenant(demo, phone, script, "letter")
    tenant.start_at_portal()
    tenant.look("sign-in")
    tenant.press("Première connexion")
    tenant.look("first-connection")
    tenant.page.go_back()
    tenant.prove(identifier, code)
    tenant.look("email")
    tenant.give_email(email)
    tenant.look("mailbox")
    tenant.page.goto(demo.link_to(email, "adresse"))
    tenant.look("confirm")
    tenant.press("Confirmer mon adresse email")
    tenant.page.wait_for_url("**/first-connection/password*")
    assert "Vous devez changer votre mot de passe." in tenant.page.inner_text("h1")
    tenant.look("new-password")
    tenant.fill(password="violette", confirmation="violet")
    tenant.press("Enregistrer")
    expect(tenant.page).to_have_title(re.compile("^Erreur"))
    tenant.look("new-password-refused")
    tenant.choose_password()
    assert "locataire" in tenant.at_portal() or "propriétaire" in tenant.at_portal()
    tenant.press("Me déconnecter")
    tenant.page.wait_for_url(demo.portal() + "/**")
    tenant.press("Me connecter")
    tenant.page.wait_for_url("**/paris/sign-in*")
    tenant.sign_in(identifier, "Faux-1234")
    assert tenant.page.input_value("[name=identifier]") == identifier
    tenant.look("sign-in-refused")
    tenant.sign_in(identifier, OWN_PASSWORD)
    assert email in tenant.at_portal()
    tenant.press("Me déconnecter")
    forgotten_password(tenant, identifier, email)


def forgotten_password(tenant: Tenant, identifier: str, email: str) -> None:
    """Go through « Mot de passe oublié » to the portal."""
    tenant.start_at_portal()
    tenant.press("Mot de passe oublié")
    tenant.look("forgotten-password")
    tenant.fill(identifier=identifier)
    tenant.page.locator("main form button").first.click()
    tenant.page.wait_for_url("**/forgotten-password/sent*")
    tenant.look("forgotten-password-sent")
    tenant.page.goto(tenant.demo.link_to(email, "mot de passe"))
    tenant.look("reset")
    tenant.choose_password(NEW_PASSWORD)
    tenant.page.wait_for_url("**/paris/sign-in*")
    tenant.look("password-changed")
    tenant.sign_in(identifier, NEW_PASSWORD)
    tenant.at_portal()


@pytest.mark.journey("paris-2")
@pytest.mark.journey("paris-3")
@pytest.mark.journey("paris-7")
def test_a_former_password_skips_the_new_one(demo: Demo, phone: BrowserContext, script: bool) -> None:
    identifier, former = next(demo.former)
    email = f"former-{identifier}@example.org"
    tenant = Tenant(demo, phone, script, "former-password")
    tenant.start_at_portal()
    tenant.prove(identifier, former)
    tenant.give_email(email)
    tenant.confirm(email)
    assert email in tenant.at_portal()
    tenant.press("Me déconnecter")
    tenant.start_at_portal()
    tenant.sign_in(identifier, former)
    assert email in tenant.at_portal()


@pytest.mark.journey("paris-6")
def test_the_link_is_opened_in_another_browser(
    demo: Demo, phone: BrowserContext, computer: BrowserContext, script: bool
) -> None:
    identifier, code = next(demo.letters)
    email = f"elsewhere-{identifier}@example.org"
    first, second = Tenant(demo, phone, script, "other-browser"), Tenant(demo, computer, True, "other-browser-second")
    first.start_at_portal()
    first.prove(identifier, code)
    first.give_email(email)
    second.confirm(email)
    second.look("confirmed")
    second.press("Continuer")
    second.page.wait_for_url("**/paris/first-connection")
    second.sign_in(identifier, code)
    second.page.wait_for_url("**/first-connection/password*")
    second.choose_password()
    assert email in second.at_portal()
    first.page.goto(f"{demo.provider}/paris/first-connection/mailbox")
    first.page.wait_for_url("**/paris/first-connection")
    first.start_at_portal()
    first.sign_in(identifier, OWN_PASSWORD)
    assert email in first.at_portal()


@pytest.mark.journey("paris-1")
@pytest.mark.journey("all-5")
def test_two_tabs_and_the_back_button_lead_somewhere_sensible(
    demo: Demo, phone: BrowserContext, script: bool
) -> None:
    identifier, code = next(demo.letters)
    email = f"tabs-{identifier}@example.org"
    left, right = Tenant(demo, phone, script, "left-tab"), Tenant(demo, phone, script, "right-tab")
    left.start_at_portal()
    right.start_at_portal()
    left.sign_in(identifier, code)
    left.page.wait_for_url("**/first-connection/email*")
    left.fill(email="pas une adresse")
    left.press("Soumettre")
    left.page.wait_for_selector("#summary")
    left.give_email("faute-" + email)
    if script:  # without, browsers ask first whether to send the refused form once more
        left.page.go_back()
        assert left.page.is_visible("[name=email]")
        assert not left.page.is_visible("#summary")
        left.page.go_forward()
    left.press("Corriger")
    left.give_email(email)
    left.confirm(email)
    left.page.wait_for_url("**/first-connection/password*")
    left.choose_password()
    left.at_portal()
    left.page.go_back()
    left.look("back-after-the-end")
    right.page.reload()
    assert email in right.at_portal()


@pytest.mark.journey("all-5")
@pytest.mark.journey("paris-10")
def test_pages_that_are_over_lead_on(demo: Demo, phone: BrowserContext, script: bool) -> None:
    tenant = Tenant(demo, phone, script, "dead-ends")
    for name, path in {
        "expired-link": "/link?token=none",
        "expired-reset": "/reset?token=none",
        "unknown-page": "/nowhere",
        "journey-over": "/authorize/resume?journey=none",
        "bad-request": "/authorize?client_id=nobody",
        "signed-out": "/sign-out",
        "help": "/help",
    }.items():
        tenant.page.goto(f"{demo.provider}/paris{path}")
        assert tenant.page.locator("main a[href]").count() > 0, name
        tenant.look(name)


@pytest.mark.journey("all-4")
def test_the_whole_sign_in_works_from_the_keyboard(demo: Demo, computer: BrowserContext) -> None:
    tenant = Tenant(demo, computer, True, "keyboard")
    tenant.start_at_portal()
    focused: list[str] = []
    for _ in range(14):
        tenant.page.keyboard.press("Tab")
        focused.append(tenant.page.evaluate("document.activeElement.innerText || document.activeElement.name"))
    order = [focused.index(name) for name in ("identifier", "password")]
    assert order == sorted(order)
    assert any("Première connexion" in name for name in focused)
