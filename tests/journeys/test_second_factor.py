"""Somebody at contrat turns on sign-in in two steps, and comes back with the telephone and without it."""

import re
from datetime import UTC, datetime

import pyotp
from playwright.sync_api import BrowserContext, expect

from tests.authenticator import another_code, code_at
from tests.journeys.conftest import Demo
from tests.journeys.tenant import OWN_PASSWORD, Tenant

EMAIL = "deux-etapes@example.org"


def registered(demo: Demo, tenant: Tenant) -> dict[str, str]:
    """Open an account, and return what its person types."""
    person = next(demo.tenants["contrat"])
    tenant.page.goto(f"{demo.provider}/contrat/registration")
    tenant.fill(**person, password=OWN_PASSWORD, confirmation=OWN_PASSWORD, email=EMAIL)
    tenant.page.check("[name=consent_commercial_mails][value=no]")
    tenant.page.check("[name=consent_general_mails][value=no]")
    tenant.press("Je valide la création de mon compte")
    if "/registration" in tenant.page.url:  # a contract that pays by direct debit is asked one more question
        tenant.page.check("[name=consent_electronic_notices][value=no]")
        tenant.press("Je valide la création de mon compte")
    tenant.page.wait_for_url("**/first-connection/mailbox*")
    tenant.page.goto(demo.link_to(EMAIL, "adresse"))
    tenant.press("Confirmer mon adresse email")
    tenant.page.wait_for_url("**/contrat/sign-in*")
    return person


def sign_in(tenant: Tenant, person: dict[str, str]) -> None:
    """Come from the portal with the password."""
    tenant.page.context.clear_cookies()  # the portal's own session, too
    tenant.start_at_portal()
    tenant.fill(identifier=person["identifier"], password=OWN_PASSWORD)
    tenant.press("Je me connecte")


def test_turned_on_then_shown_by_code_and_by_paper(demo: Demo, computer: BrowserContext) -> None:
    tenant = Tenant(demo, computer, True, "second-factor", "contrat")
    person = registered(demo, tenant)
    sign_in(tenant, person)
    tenant.at_portal()
    tenant.page.goto(f"{demo.provider}/contrat/account")
    tenant.press("Activer la connexion en deux étapes")
    tenant.look("begin")
    tenant.fill(present=OWN_PASSWORD)
    tenant.press("Commencer")
    tenant.page.wait_for_url("**/second-factor/set-up/code*")
    link = tenant.page.get_attribute("main a[href^='otpauth:']", "href")
    assert link is not None
    app = pyotp.parse_uri(link)
    tenant.look("picture")
    tenant.fill(code=code_at(datetime.now(UTC), app.secret))
    tenant.press("Continuer")
    tenant.page.wait_for_selector(".codes")
    codes = tenant.page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    tenant.look("recovery-codes")
    tenant.press("Je les ai gardés")
    assert "Activée depuis" in tenant.page.inner_text("main")
    tenant.look("account")
    assert demo.mail_to(EMAIL, "deux étapes")
    tenant.page.goto(f"{demo.provider}/contrat/sign-out")
    tenant.press("Me déconnecter")

    sign_in(tenant, person)
    tenant.page.wait_for_url("**/contrat/second-factor*")
    tenant.look("asked")
    tenant.fill(code=another_code(datetime.now(UTC), app.secret))
    tenant.press("Continuer")
    expect(tenant.page).to_have_title(re.compile("^Erreur"))
    tenant.look("wrong")
    tenant.fill(code=code_at(datetime.now(UTC), app.secret, steps=1))  # of the next step: no code is good twice
    tenant.press("Continuer")
    tenant.at_portal()

    sign_in(tenant, person)
    tenant.press("Utiliser un code de secours")
    tenant.look("recovery")
    tenant.fill(code=codes[4].upper())
    tenant.press("Continuer")
    tenant.at_portal()
    body = demo.mail_to(EMAIL, "code de secours").get_body(("plain",))
    assert body is not None
    assert "Codes restants\N{NO-BREAK SPACE}: 9" in body.get_content()
