"""How texts from the configuration are set on pages and in mails."""

import re

from flask import Flask

AFTER_FIGURE = re.compile(r"(?<=[0-9]) (?=\w)")


def begun(text: str) -> str:
    """Give a text a capital at its start: it opens a line."""
    return text[:1].upper() + text[1:]


def bound(text: str) -> str:
    """Keep figures on one line with what follows them: « 01 99 00 12 34 », « 9 h », « 24 heures »."""
    return AFTER_FIGURE.sub("\u00a0", text)


def unstopped(text: str) -> str:
    """Take the full stop off a sentence that stands within another."""
    return text.removesuffix(".")


def dialled(phone: str) -> str:
    """Write a telephone number as a `tel:` address wants it (RFC 3966)."""
    return "".join(sign for sign in phone.partition("(")[0] if sign in "+0123456789")


def init(app: Flask) -> None:
    """Let every template set texts so."""
    for setting in (begun, bound, dialled, unstopped):
        app.add_template_filter(setting)
