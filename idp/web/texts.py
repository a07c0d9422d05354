"""The landlord's own words, in the language of the page where there are any in it."""

from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup

from idp.settings.landlord import Landlord
from idp.settings.section import Language, Text
from idp.web.words import _l

FORGOTTEN_PASSWORD = _l("Forgotten password")


def said(text: Text | None) -> str:
    """Say a text of the configuration in the language of the page, or in the one there is; nothing for no text."""
    return text[_language_of(text)] if text else ""


def tongue(text: Text | None) -> Markup:
    """Write the `lang` attribute that a text needs where it is not in the language of the page."""
    foreign = text is not None and _language_of(text) != str(get_locale() or "fr")
    return Markup(' lang="{}"').format(_language_of(text)) if foreign and text else Markup("")


def forgotten_password(landlord: Landlord) -> str:
    """Say what the landlord's sign-in page calls « Mot de passe oublié »."""
    return said(landlord.wording.forgotten_password) or str(FORGOTTEN_PASSWORD)


def init(app: Flask) -> None:
    """Let every template say the landlord's words."""
    app.add_template_global(said)
    app.add_template_global(tongue)
    app.add_template_global(forgotten_password)


def _language_of(text: Text) -> Language:
    wanted = str(get_locale() or "fr")
    return next((language for language in text if language == wanted), next(iter(text)))
