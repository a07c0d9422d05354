"""Every landlord's identifier is one identifier however it is spelled: the rules of the files in config/landlords."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.identifiers import canonical
from idp.settings.journey import IdentifierRule
from idp.settings.loader import load
from tests.conftest import ROOT

RULES: dict[str, IdentifierRule] = {
    slug: landlord.sign_in.identifier for slug, landlord in load(ROOT / "config", {}).landlords.items()
}
SPACES = " \u00a0\u202f\u2009\u3000\u200b\u00ad\ufeff\t"
NOISE = SPACES + ".·-\u2010\u2011\u2013\u2212"
WIDE = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in map(chr, range(0x21, 0x7F))}
ARABIC = {ord("0") + digit: chr(0x660 + digit) for digit in range(10)}
PREFIXES = {
    "paris": ["", "0", "000"],
    "contrat": ["", "L/", "l/", "L / ", "Ｌ／"],
    "auvergne": ["", "02", "02 ", "02.", "０２"],
    "moselle": [""],
}
NUMBERS = {
    "paris": st.from_regex(r"[1-9][0-9]{5,7}", fullmatch=True),
    "contrat": st.from_regex(r"[0-9]{6}", fullmatch=True),
    "auvergne": st.from_regex(r"[0-9]{11}", fullmatch=True),
    "moselle": st.from_regex(r"[a-z]'[a-z][0-9]{6}", fullmatch=True),
}
CASES: list[Callable[[str], str]] = [str, str.upper, str.lower, lambda text: text.translate(WIDE)]
APOSTROPHES = "'’‘ʼ`´"


@pytest.mark.threat("T-07")
@pytest.mark.parametrize("slug", sorted(RULES))
@given(data=st.data())
def test_no_spelling_is_another_identifier(slug: str, data: st.DataObject) -> None:
    meant = data.draw(NUMBERS[slug])
    assert canonical(RULES[slug], meant) == meant
    noise = NOISE if RULES[slug].digits_only else SPACES
    gaps = data.draw(st.lists(st.text(noise, max_size=2), min_size=len(meant) + 1, max_size=len(meant) + 1))
    change = data.draw(st.sampled_from(CASES))
    text = change(meant).replace("'", data.draw(st.sampled_from(APOSTROPHES)))
    spelled = gaps[0] + "".join(sign + gap for sign, gap in zip(text, gaps[1:], strict=True))
    assert canonical(RULES[slug], data.draw(st.sampled_from(PREFIXES[slug])) + spelled) == meant


@pytest.mark.threat("T-07")
@pytest.mark.parametrize("slug", sorted(RULES))
@given(data=st.data())
def test_digits_of_other_scripts_are_never_those_of_somebody(slug: str, data: st.DataObject) -> None:
    meant = data.draw(NUMBERS[slug])
    found = canonical(RULES[slug], meant.translate(ARABIC))
    assert found is None if RULES[slug].digits_only else found != meant
