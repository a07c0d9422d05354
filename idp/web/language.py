"""The language of a page: what the person chose, else what the app or the browser asks for."""

from flask import Flask, request, session
from flask_babel import Babel

from idp.folders import folder
from idp.web.landlord import landlord_or_none

CHOICE = "language"


def choose() -> str:
    """Choose among the landlord's languages: `lang` in the address, an earlier choice, the browser's wish."""
    landlord = landlord_or_none()
    offered = list(landlord.languages) if landlord else ["fr", "en"]
    asked = request.args.get("lang", "")
    if asked in offered:
        session[CHOICE] = asked
        return asked
    if session.get(CHOICE) in offered:
        kept: str = session[CHOICE]
        return kept
    return request.accept_languages.best_match(offered) or offered[0]


def init(app: Flask) -> None:
    """Attach the choice of language to an application."""
    catalogues = str(folder("templates") / "translations")
    Babel(app, default_locale="fr", default_translation_directories=catalogues, locale_selector=choose)
