"""The help page is written by the configuration, and changes when the configuration does."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask

from idp.app import create_app
from idp.settings.root import Settings
from idp.web.database import db
from tests.conftest import HandClock
from tests.visitor import Visitor

SLUGS = ("auvergne", "contrat", "moselle", "paris")


def help_of(app: Flask, landlord: str, language: str = "fr") -> str:
    page = Visitor(app, landlord).get(f"/help?lang={language}")
    assert page.status_code == 200
    return unescape(page.text).replace("\u00a0", " ")


def changed(settings: Settings, slug: str, section: str, **values: Any) -> str:
    """Show the help page after a change to one section of a landlord's file."""
    landlord = settings.landlords[slug]
    other = landlord.model_copy(update={section: getattr(landlord, section).model_copy(update=values)})
    changed_settings = settings.model_copy(update={"landlords": {**settings.landlords, slug: other}})
    app = create_app(changed_settings, HandClock())
    try:
        return help_of(app, slug)
    finally:
        with app.app_context():
            db.engine.dispose()


@pytest.mark.journey("all-6")
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("landlord", SLUGS)
def test_every_landlord_has_one_in_both_languages(
    app: Flask, settings: Settings, landlord: str, language: str
) -> None:
    page, found = help_of(app, landlord, language), settings.landlords[landlord]
    assert found.contact.phone
    for words in (found.sender.address, found.contact.phone, "data:image/svg+xml", "Firefox", "24 h", "spam"):
        assert words in page
    assert "ailleurs" not in page  # no account elsewhere serves without its credentials
    assert ("Mot de passe provisoire" in page or "Provisional password" in page) == found.first_connection.offered


@pytest.mark.journey("all-6")
@pytest.mark.journey("moselle-5")
@pytest.mark.journey("moselle-7")
def test_moselle_says_what_blocks_for_how_long_and_who_lifts_it(app: Flask) -> None:
    page = help_of(app, "moselle")
    for words in (
        "il s’appelle « Intitulé de compte »",
        "Celui du titulaire principal du bail",
        "Après 3 essais erronés de suite",
        "Vous pouvez alors recréer votre compte",
        "l’inscription est fermée pendant 10 minutes",
        "Un mot de passe qui ne suit pas les règles compte aussi.",
        "c’est nous qui levons le blocage",
        "Chaque année, au jour anniversaire",
        "Vous saisissez alors de nouveau les informations de votre avis",
    ):
        assert words in page


@pytest.mark.journey("all-6")
@pytest.mark.journey("contrat-1")
def test_contrat_names_the_module_number_the_questions_and_the_days_of_staying_signed_in(app: Flask) -> None:
    page = help_of(app, "contrat")
    for words in (
        "Huit chiffres, sous la référence contrat de votre avis",
        "Recevoir des informations commerciales par email ?",
        "Vous pouvez omettre « L/ » au début.",
        "rester connecté 30 jours",
    ):
        assert words in page


@pytest.mark.journey("all-6")
@pytest.mark.journey("auvergne-9")
def test_auvergne_lists_its_two_pages_in_order(app: Flask) -> None:
    page = help_of(app, "auvergne")
    steps = (
        "Complétez vos informations personnelles",
        "Date de naissance",
        "six chiffres à recopier",
        "Saisissez vos nouvelles données de connexion",
        "votre adresse email, deux fois",
        "votre accord aux conditions générales",
        "Regardez aussi dans le dossier des messages indésirables",
        "Pas de message ?",
    )
    found = [page.index(words, page.index('id="create"')) for words in steps]
    assert found == sorted(found)
    assert "Connectez-vous avec votre adresse email et votre mot de passe." in page
    assert "https://www.puys.example/conditions-generales" in page


@pytest.mark.journey("all-6")
@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (("password", {"min_length": 12}), "8 caractères ou plus", "12 caractères ou plus"),
        (("renewal", {"mode": "off"}), "Chaque année", ""),
        (("renewal", {"basis": "age", "every": timedelta(days=90)}), "Chaque année", "90 jours après le choix"),
        (("renewal", {"reproof": False}), "Vous saisissez alors de nouveau", ""),
        (("registration", {"recreates": False}), "recréer votre compte", ""),
        (("registration", {"email_twice": True}), "<li>votre adresse email<", "votre adresse email, deux fois"),
        (("first_connection", {"link_valid_for": timedelta(hours=3)}), "valable 24 heures", "valable 3 heures"),
        (("recovery", {"link_valid_for": timedelta(minutes=45)}), "valable 30 minutes", "valable 45 minutes"),
        (("captcha", {"proof": "always"}), "", "six chiffres à recopier"),
        (("sign_in", {"remember": timedelta(days=14)}), "", "rester connecté 14 jours"),
        (
            ("sign_in", {"by": ["email"]}),
            "Connectez-vous avec « Intitulé",
            "Connectez-vous avec votre adresse email",
        ),
        (("contact", {"phone": "03 53 01 99 99"}), "03 53 01 12 34", "03 53 01 99 99"),
    ],
)
def test_it_changes_when_the_configuration_does(
    app: Flask, settings: Settings, change: tuple[str, dict[str, Any]], before: str, after: str
) -> None:
    first, second = help_of(app, "moselle"), changed(settings, "moselle", change[0], **change[1])
    assert before in first
    assert after in second
    assert not before or before not in second
    assert not after or after not in first


@pytest.mark.journey("all-6")
def test_other_numbers_of_the_ladder_are_said(settings: Settings) -> None:
    ladder = settings.landlords["moselle"].ladder
    proof = ladder.proof.model_copy(update={"tries": 4, "closed_for": timedelta(hours=1)})
    page = changed(settings, "moselle", "ladder", proof=proof, without_account="timer", weak_passwords_count=False)
    assert "Après 4 inscriptions avec des informations inexactes, l’inscription est fermée pendant 1 heure." in page
    assert "levons le blocage" not in page
    assert "compte aussi" not in page
