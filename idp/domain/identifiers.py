"""Brings what a person types as an identifier to the one form under which it is stored, compared and counted."""

import re
import string
import unicodedata
from collections.abc import Callable
from typing import Protocol

MAX_TYPED = 200
MAX_LENGTH = 100
MAX_EMAIL = 254
SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
ROUNDS = 8
APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u02b9\u00b4\u0060\u2032", "'"))
DOTS = frozenset(".\u00b7\u2022\u2027")
MINUS = "\u2212"
ASCII_DIGITS = re.compile(r"[0-9]+", re.ASCII)


class Rule(Protocol):
    """How identifiers of a landlord are read; the landlord's settings are one."""

    @property
    def digits_only(self) -> bool:
        """Whether only digits count: spaces, dots and dashes are ignored, anything else is refused."""

    @property
    def strip_prefix(self) -> str | None:
        """Text taken off the start where it was typed."""

    @property
    def strip_left_zeros(self) -> bool:
        """Whether zeros at the start do not count."""

    @property
    def length(self) -> int | None:
        """Exact length of the canonical form; the prefix is then taken off longer texts only."""


def canonical(rule: Rule, typed: str) -> str | None:
    """Bring an identifier to its canonical form; the canonical form of a canonical form is itself.

    Args:
        rule: how the landlord's identifiers are read.
        typed: what was typed, pasted or exported; any text at all.

    Returns:
        1 to 100 printable characters, or None where the text is no identifier of this landlord.
    """
    if len(typed) > MAX_TYPED:
        return None
    compact = _digits if rule.digits_only else _letters
    text = _settled(compact, typed)
    if text is not None:
        prefix = _settled(compact, rule.strip_prefix or "") or ""
        text = _settled(lambda value: _shortened(rule, prefix, value), text)
    if not text or len(text) > MAX_LENGTH or not text.isprintable():
        return None
    if rule.digits_only and not ASCII_DIGITS.fullmatch(text):
        return None
    return text if rule.length in (None, len(text)) else None


def canonical_email(typed: str) -> str | None:
    """Bring an e-mail address to the form in which it is compared: one spelling, one mailbox.

    Only the letters a to z lose their case. Look-alikes of other alphabets stay what they are, so that none of them
    becomes somebody else's address.

    Args:
        typed: any text.

    Returns:
        the address, or None where the text is none.
    """
    text = unicodedata.normalize("NFC", typed.strip())
    if len(text) > MAX_EMAIL or text.count("@") != 1 or not text.isprintable() or " " in text:
        return None
    return text.translate(SMALL) if all(text.partition("@")) else None


def _settled(change: Callable[[str], str], text: str) -> str | None:
    """Apply a change until it changes nothing more: one pass of Unicode folding may call for another."""
    for _ in range(ROUNDS + len(text)):
        changed = change(text)
        if changed == text:
            return text
        text = changed
    return None


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.translate(APOSTROPHES)).casefold()
    return "".join("-" if _is_dash(letter) else letter for letter in folded if not _is_blank(letter))


def _digits(text: str) -> str:
    return "".join(letter for letter in _letters(text) if letter != "-" and letter not in DOTS)


def _is_blank(letter: str) -> bool:
    """Tell spaces of all kinds and the invisible marks that come along with pasted text."""
    return letter.isspace() or unicodedata.category(letter) == "Cf"


def _is_dash(letter: str) -> bool:
    return unicodedata.category(letter) == "Pd" or letter == MINUS


def _shortened(rule: Rule, prefix: str, text: str) -> str:
    if prefix and len(text) > (rule.length or 0):
        text = text.removeprefix(prefix)
    return text.lstrip("0") if rule.strip_left_zeros else text
