"""The tenants of moselle: account title and names, the ladder, the re-created account."""

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext
from sqlalchemy import BigInteger, NullPool, cast, create_engine, select, update

from idp.models import Account, Base
from tests.journeys.conftest import Demo
from tests.journeys.tenant import OWN_PASSWORD, Tenant

NEW_PASSWORD = "Jonquille-7-rues"
NEXT_PASSWORD = "Pivoine-30-balcons"


def prove(tenant: Tenant, person: dict[str, str]) -> None:
    """Prove on the first page of the registration."""
    tenant.fill(**person)
    tenant.press("Continuer")
    tenant.page.wait_for_selector("[name=email]")


@pytest.mark.journey("moselle-1")
@pytest.mark.journey("moselle-2")
@pytest.mark.journey("moselle-3")
@pytest.mark.journey("moselle-5")
@pytest.mark.journey("moselle-7")
@pytest.mark.journey("all-3")
def test_from_the_account_title_to_a_re_created_account(demo: Demo, phone: BrowserContext, script: bool) -> None:
    person = next(demo.tenants["moselle"])
    email = f"moselle-{int(script)}@example.org"
    tenant = Tenant(demo, phone, script, "moselle", "moselle")
    tenant.start_at_portal()
    tenant.look("sign-in")
    tenant.press("Créer mon compte")
    tenant.page.wait_for_url("**/moselle/registration*")
    tenant.look("proof")
    tenant.fill(**person | {"last_name": "Personne"})
    tenant.press("Continuer")
    assert "ne vont pas ensemble" in tenant.page.inner_text("main")
    assert tenant.page.input_value("[name=identifier]") == person["identifier"]
    tenant.look("proof-refused")
    prove(tenant, person)
    tenant.look("address-and-password")
    tenant.fill(email=email, password="violette-9-portes", confirmation="violette-9-portes")
    tenant.press("Créer mon compte")
    assert "une lettre majuscule (manque encore)" in tenant.page.inner_text(".rules")
    tenant.look("password-refused")
    tenant.fill(password=OWN_PASSWORD, confirmation=OWN_PASSWORD)
    tenant.press("Créer mon compte")
    tenant.page.wait_for_url("**/first-connection/mailbox*")
    tenant.look("mailbox")
    tenant.page.goto(demo.link_to(email, "adresse"))
    tenant.look("activate")
    tenant.press("Confirmer mon adresse email")
    tenant.page.wait_for_url("**/moselle/sign-in*")
    tenant.look("activated")
    tenant.sign_in(person["identifier"], OWN_PASSWORD)
    assert email in tenant.at_portal()
    tenant.press("Me déconnecter")
    tenant.start_at_portal()
    recreate(tenant, person, email)
    tenant.press("Me déconnecter")
    let_a_year_pass(demo, email)
    tenant.start_at_portal()
    renew(tenant, person)


def let_a_year_pass(demo: Demo, email: str) -> None:
    """Make an account and its password older than a year."""
    engine = create_engine(demo.environ["DATABASE_URL"], poolclass=NullPool)
    year = int(timedelta(days=400).total_seconds())
    with engine.begin() as database:
        found = select(Account.id).where(Account.email == email).scalar_subquery()
        for table, column, key in (("account", "created_at", "id"), ("password", "set_at", "account_id")):
            older = Base.metadata.tables[table].c
            database.execute(
                update(older[key].table)
                .where(older[key] == found)
                .values({column: cast(older[column], BigInteger) - year})
            )


def renew(tenant: Tenant, person: dict[str, str]) -> None:
    """Sign in as usual, and choose a new password because the year is over."""
    tenant.sign_in(person["identifier"], NEW_PASSWORD)
    tenant.page.wait_for_url("**/moselle/renewal*")
    tenant.look("renewal")
    tenant.fill(**person, present=NEW_PASSWORD, password="Jonquille-8-rues", confirmation="Jonquille-8-rues")
    tenant.press("Enregistrer")
    assert "plus de trois caractères différents du mot de passe actuel (manque" in tenant.page.inner_text(".rules")
    tenant.look("renewal-alike")
    tenant.fill(present=NEW_PASSWORD, password=NEXT_PASSWORD, confirmation=NEXT_PASSWORD)
    tenant.press("Enregistrer")
    tenant.at_portal()


def recreate(tenant: Tenant, person: dict[str, str], email: str) -> None:
    """Forget the password in a browser that the account knows, and create the account anew."""
    for _ in range(3):
        tenant.sign_in(person["identifier"], "Oubliee-1234")
    tenant.look("closed")
    tenant.press("Recréer mon compte")
    prove(tenant, person)
    tenant.fill(email="somewhere-else@example.org", password=NEW_PASSWORD, confirmation=NEW_PASSWORD)
    tenant.press("Créer mon compte")
    tenant.page.wait_for_url("**/first-connection/mailbox*")
    tenant.page.goto(tenant.demo.link_to(email, "nouveau mot de passe"))
    tenant.press("Confirmer")
    tenant.page.wait_for_url("**/moselle/sign-in*")
    tenant.sign_in(person["identifier"], NEW_PASSWORD)
    tenant.at_portal()


@pytest.mark.journey("moselle-4")
def test_a_forgotten_password_leads_to_a_new_one(demo: Demo, phone: BrowserContext, script: bool) -> None:
    person = next(demo.tenants["moselle"])
    email = f"moselle-forgotten-{int(script)}@example.org"
    tenant = Tenant(demo, phone, script, "moselle-forgotten", "moselle")
    tenant.start_at_portal()
    tenant.press("Créer mon compte")
    prove(tenant, person)
    tenant.fill(email=email, password=OWN_PASSWORD, confirmation=OWN_PASSWORD)
    tenant.press("Créer mon compte")
    tenant.page.wait_for_url("**/first-connection/mailbox*")
    tenant.page.goto(demo.link_to(email, "adresse"))
    tenant.press("Confirmer mon adresse email")
    tenant.page.wait_for_url("**/moselle/sign-in*")
    tenant.press("J’ai oublié mon mot de passe")
    tenant.fill(identifier=person["identifier"])
    tenant.page.locator("main form button[type=submit]").first.click()
    tenant.page.wait_for_url("**/forgotten-password/sent*")
    tenant.page.goto(demo.link_to(email, "Choisissez"))
    tenant.choose_password(NEW_PASSWORD)
    tenant.page.wait_for_url("**/moselle/sign-in*")
    tenant.sign_in(person["identifier"], NEW_PASSWORD)
    tenant.at_portal()


@pytest.mark.journey("moselle-6")
@pytest.mark.journey("all-7")
def test_one_page_serves_everybody_who_is_blocked(demo: Demo, phone: BrowserContext, script: bool) -> None:
    tenant = Tenant(demo, phone, script, "moselle-blocked", "moselle")
    tenant.page.goto(f"{demo.provider}/moselle/registration")
    for _ in range(3):
        tenant.fill(identifier=f"inconnu{int(script)}", last_name="Personne", first_name="Aucune")
        tenant.press("Continuer")
    text = tenant.page.inner_text("main")
    assert "10 minutes" in text.replace("\u00a0", " ")
    assert "levons le blocage" in text
    assert "03\u00a053" in text
    tenant.look("blocked")
