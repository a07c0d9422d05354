"""The people of contrat: one page, a module number, three questions."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.conftest import Demo
from tests.journeys.tenant import OWN_PASSWORD, Tenant


@pytest.mark.journey("contrat-1")
@pytest.mark.journey("contrat-2")
@pytest.mark.journey("contrat-3")
@pytest.mark.journey("contrat-4")
@pytest.mark.journey("contrat-5")
@pytest.mark.journey("contrat-6")
def test_from_the_notice_to_the_portal(demo: Demo, phone: BrowserContext, script: bool) -> None:
    person = next(demo.tenants["contrat"])
    email = f"contrat-{int(script)}@example.org"
    tenant = Tenant(demo, phone, script, "contrat", "contrat")
    tenant.start_at_portal()
    words = tenant.page.inner_text("main")
    for known in ("Identifiez-vous", "J’ai déjà un compte", "Ma référence contrat (Chiffres uniquement)"):
        assert known in words
    tenant.look("sign-in")
    tenant.press("Je crée mon compte")
    tenant.page.wait_for_url("**/contrat/registration*")
    tenant.look("registration")
    tenant.fill(**person, password="soixante et un tournesols", confirmation="autre chose", email="faute@example.org")
    tenant.press("Je valide la création de mon compte")
    expect(tenant.page).to_have_title(re.compile("^Erreur"))
    assert tenant.page.input_value("[name=module]") == person["module"]
    assert tenant.page.input_value("[name=password]") == ""
    tenant.look("registration-refused")
    tenant.fill(password="soixante et un tournesols", confirmation="soixante et un tournesols")
    tenant.page.check("[name=consent_commercial_mails][value=no]")
    tenant.page.check("[name=consent_general_mails][value=yes]")
    tenant.press("Je valide la création de mon compte")
    tenant.page.wait_for_selector("[name=consent_electronic_notices]")
    tenant.look("direct-debit")
    tenant.page.check("[name=consent_electronic_notices][value=yes]")
    tenant.press("Je valide la création de mon compte")
    tenant.page.wait_for_url("**/first-connection/mailbox*")
    tenant.press("Corriger")
    tenant.give_email(email)
    tenant.look("mailbox")
    tenant.page.goto(demo.link_to(email, "adresse"))
    tenant.press("Confirmer mon adresse email")
    tenant.page.wait_for_url("**/contrat/sign-in*")
    tenant.fill(identifier=person["identifier"], password="soixante et un tournesols")
    tenant.page.check("text=Mémoriser")
    tenant.press("Je me connecte")
    assert email in tenant.at_portal()
    phone.clear_cookies(name="contrat-session")
    change_an_answer(tenant)
    exported = demo.home / f"consents-{int(script)}.csv"
    demo.idp("consents", "export", "--landlord", "contrat", "--out", str(exported))
    rows = [row for row in read_rows(exported) if row["identifier"] in person["identifier"]]
    assert {row["consent"]: row["answer"] for row in rows} == {
        "electronic_notices": "yes",
        "general_mails": "yes",
        "commercial_mails": "yes",
    }


def change_an_answer(tenant: Tenant) -> None:
    """Come back another day to a browser that stays signed in, and answer otherwise."""
    tenant.page.goto(f"{tenant.demo.provider}/contrat/choices")
    assert tenant.page.is_checked("[name=consent_general_mails][value=yes]")
    tenant.look("choices")
    tenant.page.check("[name=consent_commercial_mails][value=yes]")
    tenant.press("Enregistrer mes choix")
    assert "Vos choix sont enregistrés" in tenant.page.inner_text("main")


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.journey("contrat-6")
def test_somebody_may_begin_again(demo: Demo, phone: BrowserContext, script: bool) -> None:
    person = next(demo.tenants["contrat"])
    tenant = Tenant(demo, phone, script, "contrat-again", "contrat")
    tenant.page.goto(f"{demo.provider}/contrat/registration")
    tenant.fill(**person, password=OWN_PASSWORD, confirmation=OWN_PASSWORD, email="wrong@example.org")
    tenant.page.check("[name=consent_commercial_mails][value=no]")
    tenant.page.check("[name=consent_general_mails][value=no]")
    tenant.press("Je valide")
    tenant.page.wait_for_selector("[name=consent_electronic_notices]")
    tenant.press("Recommencer")
    tenant.page.wait_for_selector("[name=module]")
    tenant.page.go_back()
    assert tenant.page.locator("main h1").count() == 1
