"""An adviser looks at what a tenant of moselle sees: nobody asks for a password, and the tenant sees who looked."""

import json

import pytest
from playwright.sync_api import BrowserContext

from tests.journeys.conftest import Demo
from tests.journeys.tenant import OWN_PASSWORD, Tenant
from tests.journeys.test_moselle import prove

AT = ("--landlord", "moselle")


@pytest.mark.journey("moselle-8")
def test_an_adviser_looks_with_a_yes_and_until_the_end(
    demo: Demo, phone: BrowserContext, computer: BrowserContext, script: bool
) -> None:
    person = next(demo.tenants["moselle"])
    email = f"moselle-support-{int(script)}@example.org"
    tenant = Tenant(demo, phone, script, "moselle-support", "moselle")
    open_account(tenant, person, email)
    who = ("--adviser", "Camille Durand", "--reason", "Votre avis de juin paraît deux fois")
    asked = json.loads(demo.idp("support", "request", *AT, "--account", person["identifier"], *who, "--json"))
    adviser = Tenant(demo, computer, script, "moselle-support-adviser", "moselle")
    assert "pas encore répondu" in look(adviser, asked["code"])
    body = demo.mail_to(email, "demande à voir").get_body(("plain",))
    assert body is not None
    assert f"{demo.provider}/moselle/support" in body.get_content()
    assert asked["code"] not in body.get_content()
    tenant.page.goto(f"{demo.provider}/moselle/account")
    tenant.look("account")
    tenant.press("Lire la demande")
    text = tenant.page.inner_text("main").replace("\u2011", "-")
    assert "Camille Durand demande à voir" in text
    assert asked["reference"] in text
    tenant.look("request")
    tenant.page.get_by_label("30\u00a0minutes").check()
    tenant.press("Autoriser")
    assert "peut regarder maintenant" in tenant.page.inner_text("main")
    tenant.look("allowed")
    assert "lecture seule" in look(adviser, asked["code"])
    assert "Ses contrats" in adviser.page.inner_text("main")
    tenant.page.reload()
    assert "A regardé le" in tenant.page.inner_text("main")
    tenant.press("Y mettre fin")
    assert "Plus personne ne peut regarder" in tenant.page.inner_text("main")
    tenant.look("ended")
    adviser.press("Regarder de nouveau")
    assert "terminé" in adviser.page.inner_text("main")
    assert demo.mail_to(email, "a regardé")
    trail = demo.idp("events", *AT, "--name", "support", "--json")
    told = [json.loads(line) for line in trail.splitlines()]
    mine = [one["name"] for one in told if one["details"]["reference"] == asked["reference"]]
    assert mine == [f"support.{what}" for what in ("requested", "accepted", "used", "ended")]


def open_account(tenant: Tenant, person: dict[str, str], email: str) -> None:
    """Create an account, and sign in."""
    tenant.start_at_portal()
    tenant.press("Créer mon compte")
    prove(tenant, person)
    tenant.fill(email=email, password=OWN_PASSWORD, confirmation=OWN_PASSWORD)
    tenant.press("Créer mon compte")
    tenant.page.wait_for_url("**/first-connection/mailbox*")
    tenant.page.goto(tenant.demo.link_to(email, "adresse"))
    tenant.press("Confirmer mon adresse email")
    tenant.page.wait_for_url("**/moselle/sign-in*")
    tenant.sign_in(person["identifier"], OWN_PASSWORD)
    tenant.at_portal()


def look(adviser: Tenant, code: str) -> str:
    """Type the code at the advisers' desk, and read what it shows."""
    adviser.page.goto(f"{adviser.portal}/adviser")
    adviser.fill(code=code)
    adviser.press("Voir ce que voit")
    text: str = adviser.page.inner_text("main")
    return text
