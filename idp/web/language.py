"""The language of a page: what the person chose, else what the app or the browser asks for."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, request, session
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from idp.folders import folder
from idp.web.landlord import landlord_or_none

CHOICE = "language"
HEADERS_KEPT = 256


def choose() -> str:
    """Choose among the landlord's languages: `lang` in the address, an earlier choice, the browser's wish."""
    landlord = landlord_or_none()
    offered = tuple(landlord.languages) if landlord else ("fr", "en")
    asked = request.args.get("lang", "")
    if asked in offered:
        session[CHOICE] = asked
        return asked
    return without_asking(offered, session, request.headers.get("Accept-Language", ""))


def without_asking(offered: tuple[str, ...], kept: Mapping[str, Any], header: str) -> str:
    """Choose among languages where the address names none.

    Args:
        offered: the landlord's, the first one for whoever wishes for none of them.
        kept: the pre-session.
        header: what the browser says in `Accept-Language` (RFC 9110 §12.5.4).
    """
    chosen: str | None = kept.get(CHOICE)
    return chosen if chosen in offered else _wished(offered, header)


@lru_cache(HEADERS_KEPT)
def _wished(offered: tuple[str, ...], header: str) -> str:
    return parse_accept_header(header, LanguageAccept).best_match(offered) or offered[0]


def init(app: Flask) -> None:
    """Attach the choice of language to an application."""
    catalogues = str(folder("templates") / "translations")
    Babel(app, default_locale="fr", default_translation_directories=catalogues, locale_selector=choose)
