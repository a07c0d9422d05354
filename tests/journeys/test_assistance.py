"""Somebody without account is blocked, leaves a message, and the staff lift the block."""

import json

import pytest
from playwright.sync_api import BrowserContext

from tests.journeys.conftest import Demo
from tests.journeys.tenant import Tenant


@pytest.mark.journey("moselle-6")
@pytest.mark.journey("moselle-8")
@pytest.mark.threat("T-23")
def test_from_the_block_to_the_staff_and_back(demo: Demo, phone: BrowserContext, script: bool) -> None:
    person = next(demo.tenants["moselle"])
    email = f"assistance-{int(script)}@example.org"
    tenant = Tenant(demo, phone, script, "assistance", "moselle")
    tenant.page.goto(f"{demo.provider}/moselle/registration")
    for _ in range(3):
        tenant.fill(**person | {"first_name": "Personne"})
        tenant.press("Continuer")
    tenant.press("Laissez-nous un message")
    tenant.page.wait_for_url("**/moselle/assistance*")
    assert tenant.page.is_checked("[value=blocked]")
    tenant.look("form")
    tenant.fill(last_name=person["last_name"], first_name=person["first_name"], identifier=person["identifier"])
    tenant.fill(message="Je n’entre plus.\n<script>alert(1)</script>")
    tenant.press("Envoyer le message")
    assert "adresse email ou un numéro" in tenant.page.inner_text("#summary")
    tenant.look("refused")
    tenant.fill(email=email)
    tenant.press("Envoyer le message")
    tenant.page.wait_for_url("**/moselle/assistance/done*")
    tenant.look("done")
    reference = tenant.page.inner_text(".reference")
    assert reference in demo.mail_to(email, "bien reçu").as_string()
    assert "Personne" not in demo.mail_to("assistance@mirabelle.example", "demande").as_string()
    staff_lift_the_block(demo, reference)
    assert reference in demo.mail_to(email, "blocage est levé").as_string()
    tenant.page.goto(f"{demo.provider}/moselle/registration")
    tenant.fill(**person)
    tenant.press("Continuer")
    tenant.page.wait_for_selector("[name=email]")


def staff_lift_the_block(demo: Demo, reference: str) -> None:
    """Read the case as the staff do, compare it, lift the block, close it."""
    at = ("--landlord", "moselle")
    assert reference in demo.idp("cases", "list", *at)
    case = json.loads(demo.idp("cases", "show", reference, *at, "--json"))
    agrees = case["agrees_with_the_registry"]
    assert (agrees["identifier"], agrees["last_name"], agrees["first_name"]) == (True, True, True)
    assert case["message"].endswith("<script>alert(1)</script>")
    demo.idp("cases", "unblock", reference, *at)
    demo.idp("cases", "close", reference, *at)
    assert reference not in demo.idp("cases", "list", *at)


@pytest.mark.journey("moselle-9")
def test_an_app_leads_to_the_form_for_wrong_data(demo: Demo, phone: BrowserContext, script: bool) -> None:
    tenant = Tenant(demo, phone, script, "wrong-data", "moselle")
    tenant.page.goto(f"{demo.provider}/moselle/assistance?kind=wrong_data")
    assert tenant.page.is_checked("[value=wrong_data]")
    assert tenant.page.locator("input[type=password]").count() == 0
