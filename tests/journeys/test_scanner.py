"""A mail scanner with a real browser opens every link before the person does, and even presses the button."""

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.journeys.conftest import Demo
from tests.journeys.tenant import OWN_PASSWORD, Tenant

pytestmark = pytest.mark.browser


def scan(browser: Browser, link: str, *, presses: bool) -> list[str]:
    """Open a link as a scanner does, five times and with script; then perhaps send its form.

    Returns:
        the names of the cookies that the scanner was given.
    """
    context = browser.new_context()
    page = context.new_page()
    for _ in range(5):
        page.goto(link, wait_until="networkidle")
    for _ in range(3):
        assert context.request.head(link).status < 500
    if presses:
        page.goto(link)
        page.locator("main form button").first.click()
        page.wait_for_load_state("networkidle")
    names = [str(cookie.get("name")) for cookie in context.cookies()]
    context.close()
    return names


@pytest.mark.journey("paris-6")
@pytest.mark.threat("T-12")
@pytest.mark.parametrize("presses", [False, True], ids=["opens", "presses"])
@pytest.mark.parametrize("script", [True])
def test_the_link_still_serves_the_person(
    demo: Demo, browser: Browser, phone: BrowserContext, script: bool, presses: bool
) -> None:
    identifier, code = next(demo.letters)
    email = f"scanned-{identifier}@example.org"
    tenant = Tenant(demo, phone, script, "scanner")
    tenant.start_at_portal()
    tenant.prove(identifier, code)
    tenant.give_email(email)
    link = demo.link_to(email, "adresse")
    given = scan(browser, link, presses=presses)
    assert not [name for name in given if "session" in name or "device" in name]
    if presses:
        tenant.page.goto(link)
        tenant.page.goto(f"{demo.provider}/paris/first-connection/mailbox")
    else:
        tenant.confirm(email)
    tenant.page.wait_for_url("**/first-connection/password*")
    tenant.choose_password()
    assert email in tenant.at_portal()


@pytest.mark.threat("T-12")
@pytest.mark.parametrize("script", [True])
def test_a_link_to_a_new_password_is_not_used_up_by_looking(
    demo: Demo, browser: Browser, phone: BrowserContext, script: bool
) -> None:
    identifier, former = next(demo.former)
    email = f"reset-{identifier}@example.org"
    tenant = Tenant(demo, phone, script, "scanner-reset")
    tenant.start_at_portal()
    tenant.prove(identifier, former)
    tenant.give_email(email)
    tenant.confirm(email)
    tenant.at_portal()
    tenant.press("Me déconnecter")
    tenant.start_at_portal()
    tenant.press("Mot de passe oublié")
    tenant.fill(identifier=identifier)
    tenant.page.locator("main form button").first.click()
    tenant.page.wait_for_url("**/forgotten-password/sent*")
    link = demo.link_to(email, "mot de passe")
    assert not [name for name in scan(browser, link, presses=True) if "session" in name or "device" in name]
    tenant.page.goto(link)
    tenant.choose_password()
    tenant.page.wait_for_url("**/paris/sign-in*")
    tenant.sign_in(identifier, OWN_PASSWORD)
    assert email in tenant.at_portal()
