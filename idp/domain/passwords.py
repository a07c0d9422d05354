"""What a new password must look like, and why one is refused."""

import re
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from functools import partial
from typing import Protocol

from idp.domain.distance import distance
from idp.domain.names import folded

MAX_LENGTH = 128
ALIKE = 3
WORD_LENGTH = 4
DECORATION = 5


class Rule(StrEnum):
    """One rule; the page lists those that apply, in this order, and answers each."""

    LENGTH = "length"
    LOWER = "lower"
    UPPER = "upper"
    DIGIT = "digit"
    SPECIAL = "special"
    NOT_COMMON = "not_common"
    NOT_PERSONAL = "not_personal"
    NOT_LEAKED = "not_leaked"
    DIFFERENT = "different"


class PasswordRules(Protocol):
    """The landlord's choice (`[password]`)."""

    @property
    def min_length(self) -> int:
        """Least number of characters."""

    @property
    def require(self) -> Collection[str]:
        """Kinds of characters of which at least one must be there."""

    @property
    def forbid_common(self) -> bool:
        """Whether passwords that everybody tries first are refused."""

    @property
    def forbid_personal(self) -> bool:
        """Whether passwords made of the person's own words are refused."""

    @property
    def leaked_list(self) -> object | None:
        """Where the list of leaked passwords is, if there is one."""


CLASSES: dict[Rule, Callable[[str], bool]] = {
    Rule.LOWER: str.islower,
    Rule.UPPER: str.isupper,
    Rule.DIGIT: str.isdigit,
    Rule.SPECIAL: lambda letter: not letter.isalnum() and not letter.isspace(),
}


def rules_that_apply(rules: PasswordRules, *, renewing: bool = False) -> list[Rule]:
    """List the rules of a landlord in the order in which the page shows them.

    Args:
        rules: the landlord's choice.
        renewing: whether the present password is at hand to differ from.
    """
    return [
        rule
        for rule in Rule
        if rule is Rule.LENGTH
        or rule.value in rules.require
        or (rule is Rule.NOT_COMMON and rules.forbid_common)
        or (rule is Rule.NOT_PERSONAL and rules.forbid_personal)
        or (rule is Rule.NOT_LEAKED and rules.leaked_list is not None)
        or (rule is Rule.DIFFERENT and renewing)
    ]


def broken_rules(
    password: str,
    rules: PasswordRules,
    common: Collection[str],
    personal: Iterable[str],
    is_leaked: Callable[[str], bool],
    *,
    present: str | None = None,
) -> set[Rule]:
    """Find the rules that a password breaks.

    Args:
        password: the new password.
        rules: the landlord's choice.
        common: words that everybody tries first, folded as by `fold`.
        personal: words of the person and the landlord, as written.
        is_leaked: looks a password up in the list of leaked ones; asked only where the landlord has one.
        present: the password that it takes the place of, where that is at hand.

    Returns:
        the broken rules; none for a good password.
    """
    checks: dict[Rule, Callable[[], bool]] = {
        Rule.LENGTH: lambda: not rules.min_length <= len(password) <= MAX_LENGTH,
        Rule.NOT_COMMON: lambda: _is_decorated(password, common),
        Rule.NOT_PERSONAL: lambda: _is_decorated(password, words(personal)),
        Rule.NOT_LEAKED: lambda: is_leaked(password),
        Rule.DIFFERENT: lambda: present is not None and _is_alike(password, present),
        **{rule: partial(_lacks, password, has) for rule, has in CLASSES.items()},
    }
    return {rule for rule in rules_that_apply(rules, renewing=present is not None) if checks[rule]()}


def words(texts: Iterable[str]) -> set[str]:
    """Take the words of some texts that are long enough to be the heart of a password."""
    found = {folded(part) for text in texts for part in [text, *re.split(r"[\W_]+", text)]}
    return {word for word in found if len(word) >= WORD_LENGTH}


def _is_alike(password: str, present: str) -> bool:
    return distance(password.casefold(), present.casefold(), ALIKE) <= ALIKE


def _lacks(password: str, has: Callable[[str], bool]) -> bool:
    return not any(map(has, password))


def _is_decorated(password: str, hearts: Collection[str]) -> bool:
    """Tell whether a password is one word with a little around it, such as `Soleil2026!`."""
    plain = folded(password)
    letters = re.sub(r"[0-9]", "", plain)
    if plain in hearts or (letters in hearts and len(plain) - len(letters) < DECORATION + 1):
        return True
    return any(heart in plain and len(plain) - len(heart) < DECORATION for heart in hearts)
