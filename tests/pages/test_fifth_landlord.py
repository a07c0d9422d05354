"""A fifth landlord is a new file: a recipe that none of the four has needs no Python."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from idp.domain.mails import MailKind
from idp.models import Consent
from idp.services.registry import Imported, import_file
from idp.services.vault import Vault
from idp.services.work import Origin, Work
from idp.settings.loader import load
from idp.settings.root import Settings
from tests.conftest import ROOT, HandClock
from tests.people import newest_mail
from tests.visitor import Visitor

FILE = """
issuer = "/cinquieme"
name = "Logis du Cinquième"
home_url = "http://localhost:8001/"
identifier_label = "Code locataire"

[sender]
name = "Logis du Cinquième"
address = "noreply@cinquieme.example"

[contact]
name = "le bureau"
phone = "05 36 49 11 22"

[sign_in]
by = ["reference", "email"]

[first_connection]
offered = false

[registration]
first_names = "all"
typos = 1
may_enrol = { room = ["studio", "two"], role = ["tenant"] }

[[registration.asks]]
field = "birth_date"

[[registration.asks]]
field = "identifier"

[[registration.asks]]
field = "first_name"

[[registration.asks]]
field = "keys"
label = { fr = "Nombre de clés reçues", en = "Number of keys received" }
digits_only = true
strip_left_zeros = true

[[registration.pages]]
parts = ["proof"]

[[registration.pages]]
parts = ["consents", "password"]

[[registration.pages]]
parts = ["email", "terms"]

[password]
min_length = 12
require = ["lower"]

[terms]
version = "7"
url = "https://www.cinquieme.example/terms"
published_on = "2026-01-01"

[[consents]]
name = "newsletter"
version = "2"
question = "Recevoir la lettre du quartier ?"
only_if = { room = ["studio"] }

[registry]
separator = "|"
date_format = "%d.%m.%Y"

[registry.columns]
identifier = { header = "CODE" }
contract = { header = "BAIL" }
last_name = { header = "NOM" }
first_name = { header = "PRENOM" }
birth_date = { header = "NE" }

[registry.facts]
keys = { header = "CLES" }
room = { header = "TYPE", values = { T1 = "studio", T2 = "two", T5 = "five" } }
"""
ROWS = """CODE|BAIL|NOM|PRENOM|NE|CLES|TYPE
ab-1|B1|MARTIN|Jean Pierre|05.03.1970|03|T1
ab-2|B2|DURAND|Zoé|06.03.1970|2|T5
"""
ZOE = {
    "identifier": "AB-2",
    "first_name": "Zoé",
    "keys": "2",
    "birth_date-day": "6",
    "birth_date-month": "3",
    "birth_date-year": "1970",
}
JEAN = {**ZOE, "identifier": "AB – 1", "first_name": "jean-piere", "keys": "0003", "birth_date-day": "05"}


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """The committed configuration with one file more."""
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config", folder)
    (folder / "landlords/cinquieme.toml").write_text(FILE, encoding="utf-8")
    fifth = load(folder, {}).landlords["cinquieme"]
    return settings.model_copy(update={"landlords": {**settings.landlords, "cinquieme": fifth}})


@pytest.fixture
def work(engine: Engine, settings: Settings, vault: Vault, clock: HandClock, tmp_path: Path) -> Iterator[Work]:
    """The fifth landlord's work, its registry imported."""
    session = Session(engine, expire_on_commit=False)
    made = Work(session, clock(), settings.landlords["cinquieme"], settings, vault, Origin("192.0.2.0/24"))
    (tmp_path / "registry.csv").write_text(ROWS, encoding="utf-8")
    assert import_file(made, tmp_path / "registry.csv") == Imported(2, 0, 0, 0, ())
    session.commit()
    yield made
    session.close()


def test_a_recipe_of_its_own_leads_to_a_sign_in(app: Flask, work: Work) -> None:
    visitor = Visitor(app, "cinquieme")
    visitor.get("/registration")
    assert "Nombre de clés reçues" in visitor.text
    visitor.submit(**JEAN)
    visitor.follow()
    assert "Recevoir la lettre du quartier" in visitor.text
    visitor.submit(password="trois-petits-tours", confirmation="trois-petits-tours", consent_newsletter="yes")
    visitor.follow()
    visitor.submit(email="jean@example.org", terms="7")
    assert visitor.location == "/first-connection/mailbox"
    _, token = newest_mail(work, MailKind.ACTIVATE)
    work.db.rollback()
    visitor.get(f"/activation?token={token}")
    visitor.follow()
    visitor.submit()
    for identifier in ("ab-1", "Jean@Example.org"):
        visitor.get("/sign-in")
        visitor.submit(identifier=identifier, password="trois-petits-tours")
        assert visitor.page is not None
        assert visitor.page.status_code == 303, identifier
        visitor.get("/sign-out")
        visitor.submit()
    kept = {row.name: (row.version, row.answer) for row in work.db.scalars(select(Consent))}
    assert kept == {"newsletter": ("2", True), "terms": ("7", True)}


def test_its_conditions_hold(app: Flask, work: Work) -> None:
    visitor = Visitor(app, "cinquieme")
    visitor.get("/registration")
    for typed in (ZOE, JEAN | {"first_name": "Jean"}, JEAN | {"keys": "4"}):
        visitor.submit(**typed)
        assert "ne vont pas ensemble" in visitor.text, typed
