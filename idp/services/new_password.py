"""Judges a new password by the landlord's rules."""

from collections.abc import Iterable
from functools import cache, partial
from importlib.resources import files

from idp.domain.passwords import Rule, broken_rules
from idp.models import Holder
from idp.services import leaked
from idp.services.work import Work


def judge(
    work: Work, password: str, holders: Iterable[Holder], email: str | None, present: str | None = None
) -> set[Rule]:
    """Find the rules that a new password breaks.

    Args:
        work: the transaction.
        password: the new password.
        holders: the person, on each contract.
        email: the person's address.
        present: the password that it takes the place of, where that is at hand.

    Returns:
        the broken rules; none for a good password.
    """
    personal = [work.landlord.name, *work.landlord.password.forbidden_words, (email or "").split("@")[0]]
    for holder in holders:
        personal += [holder.last_name, holder.first_name, holder.identifier]
    rules = work.landlord.password
    is_leaked = partial(leaked.holds, rules.leaked_list)
    return broken_rules(password, rules, common_words(), personal, is_leaked, present=present)


@cache
def common_words() -> frozenset[str]:
    """Read the words that everybody tries first."""
    text = (files("idp.services") / "common.words").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
