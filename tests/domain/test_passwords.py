from collections.abc import Collection
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.passwords import Rule, broken_rules, rules_that_apply

COMMON = {"soleil", "motdepasse", "password", "azerty"}
LEAKED = {"Tournesol-4-poires"}
PERSONAL = ["DUPONT-LEFÈVRE", "Chloé", "7539572", "Régie Lutèce"]


@dataclass(frozen=True)
class Rules:
    min_length: int = 8
    require: Collection[str] = ("upper", "digit", "special")
    forbid_common: bool = True
    forbid_personal: bool = True
    leaked_list: object | None = None


def broken(password: str, rules: Rules = Rules()) -> set[Rule]:
    return broken_rules(password, rules, COMMON, PERSONAL, LEAKED.__contains__)


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("Ab1!", Rule.LENGTH),
        ("A1!" + "x" * 126, Rule.LENGTH),
        ("violette-9-portes", Rule.UPPER),
        ("Violette-portes", Rule.DIGIT),
        ("Violette9portes", Rule.SPECIAL),
        ("Soleil2026!", Rule.NOT_COMMON),
        ("M0tdepasse-", None),
        ("MotDePasse1!", Rule.NOT_COMMON),
        ("Lefevre-75!", Rule.NOT_PERSONAL),
        ("Chloé2004!", Rule.NOT_PERSONAL),
        ("7539572-Aa", Rule.NOT_PERSONAL),
        ("Lutece-2026", Rule.NOT_PERSONAL),
        ("Violette-9-portes", None),
        ("Dupont mange 9 Pommes!", None),
    ],
)
def test_each_rule_is_answered(password: str, rule: Rule | None) -> None:
    assert broken(password) == ({rule} if rule else set())


def test_a_leaked_password_is_refused_where_there_is_a_list() -> None:
    listed = Rules(leaked_list="leaked.bin")
    assert broken("Tournesol-4-poires") == set()
    assert broken("Tournesol-4-poires", listed) == {Rule.NOT_LEAKED}
    assert broken("Tournesol-5-poires", listed) == set()
    assert Rule.NOT_LEAKED not in rules_that_apply(Rules())
    assert rules_that_apply(listed)[-1] is Rule.NOT_LEAKED


def test_only_the_landlords_rules_are_listed_in_order() -> None:
    assert rules_that_apply(Rules(require=["digit"], forbid_common=False, forbid_personal=False)) == [
        Rule.LENGTH,
        Rule.DIGIT,
    ]


@given(st.text(max_size=200))
def test_judging_never_fails_and_names_only_listed_rules(password: str) -> None:
    assert broken(password) <= set(rules_that_apply(Rules()))
