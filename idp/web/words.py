"""Texts that are translated when a page shows them."""

from typing import cast

from flask_babel import lazy_gettext


def _l(text: str) -> str:
    """Mark a text for the catalogue and translate it late; to its users it is a string."""
    return cast(str, lazy_gettext(text))
