"""Every word that people see has its French, and the catalogue holds nothing else."""

import re
from collections.abc import Iterator
from enum import StrEnum

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask

from idp.web.sentences import TABLES, sentence
from tests.guards.sources import ROOT

FOLDER = ROOT / "templates/translations"
SOURCE = FOLDER / "fr/LC_MESSAGES/messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)s")
LOOSE = re.compile(r" [;:!?»]|« ")
VALUES: dict[str, str | int] = {
    "length": 8,
    "wait": "10 minutes",
    "forgotten": "Forgotten password",
    "provider": "Autre",
}
DEFAULT_WORDING = {
    "Identifier": "Identifiant",
    "Password": "Mot de passe",
    "Sign in": "Connexion",
    "First connection": "Première connexion",
    "Cancel": "Annuler",
    "E-mail": "Courriel",
    "Submit": "Soumettre",
    "Confirm my e-mail address": "Confirmer mon adresse email",
    "You must change your password.": "Vous devez changer votre mot de passe.",
    "Forgotten password": "Mot de passe oublié",
}


def extracted() -> set[str]:
    """List the texts that code and templates mark for translation."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as read:
        methods, options = parse_mapping_cfg(read)
    keywords = {**DEFAULT_KEYWORDS, "_l": None}
    found = extract_from_dir(ROOT, methods, options, keywords)
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found}


def catalogue() -> Catalog:
    with SOURCE.open("rb") as read:
        return read_po(read, locale="fr")


def messages() -> Iterator[Message]:
    return (message for message in catalogue() if message.id)


def test_the_catalogue_is_complete_and_holds_nothing_old() -> None:
    kept = {message.id if isinstance(message.id, str) else message.id[0] for message in messages()}
    assert sorted(extracted() - kept) == []
    assert sorted(kept - extracted()) == []
    assert catalogue().obsolete == {}


def test_every_message_is_translated() -> None:
    assert [message.id for message in messages() if message.fuzzy or not message.string] == []


def test_translations_are_filled_with_the_same_values() -> None:
    assert [
        message.id
        for message in messages()
        if set(PLACEHOLDER.findall(str(message.id))) != set(PLACEHOLDER.findall(str(message.string)))
    ] == []


def test_the_same_thing_has_the_same_french_word() -> None:
    assert [message.string for message in messages() if "e-mail" in str(message.string).lower()] == []


def test_french_signs_stay_with_their_words() -> None:
    assert [message.string for message in messages() if LOOSE.search(str(message.string))] == []
    assert [message.string for message in messages() if "'" in str(message.string)] == []


@pytest.mark.journey("paris-1")
@pytest.mark.parametrize(("english", "french"), DEFAULT_WORDING.items())
def test_the_words_that_tenants_know(english: str, french: str) -> None:
    assert catalogue()[english].string == french


@pytest.mark.parametrize("kind", TABLES)
def test_every_member_has_its_sentence_in_each_language(app: Flask, kind: type[StrEnum]) -> None:
    french = Translations.load(FOLDER, ["fr"])
    for member in kind:
        with app.test_request_context("/?lang=en", environ_overrides={"loge.landlord": "paris"}):
            english = str(TABLES[kind][member])
            assert "%(" not in sentence(member, **VALUES)
        assert french.gettext(english) != english
