"""Thirty spellings of one identifier have three tries together, at every landlord."""

from itertools import islice

import pytest

from idp.domain.refusals import Refusal
from idp.services import attempt, login
from idp.services.login import Refused
from idp.services.work import Work
from tests.conftest import MakeWork
from tests.domain.test_identifiers_of_landlords import APOSTROPHES, NOISE, PREFIXES, RULES, SPACES, WIDE
from tests.people import add_holder

PRINTED = {"paris": "7360172", "contrat": "452846", "auvergne": "02102296763", "moselle": "d'a327458"}
WRONG = Refused(Refusal.WRONG_CREDENTIALS)
CLOSED = Refused(Refusal.CLOSED)


def spellings(slug: str) -> list[str]:
    """Spell the identifier of a landlord in thirty ways."""
    printed = PRINTED[slug]
    noise = NOISE if RULES[slug].digits_only else SPACES
    found = dict.fromkeys(
        prefix + form
        for sign in ["", *noise]
        for prefix in PREFIXES[slug]
        for form in (
            printed.upper().replace("'", apostrophe)[:2] + sign + printed[2:]
            for apostrophe in (APOSTROPHES if "'" in printed else "'")
        )
    )
    return [printed.translate(WIDE), *islice(found, 29)]


def try_once(work: Work, identifier: str) -> login.Outcome:
    counted = attempt.reserve(work, identifier, "Faux-1234")
    return login.settle(work, counted, attempt.verify(work.vault, counted))


@pytest.mark.threat("T-07")
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("slug", sorted(PRINTED))
def test_thirty_spellings_are_three_tries(make_work: MakeWork, slug: str, known: bool) -> None:
    work = make_work(slug)
    if known:
        add_holder(work, PRINTED[slug])
    tried = spellings(slug)
    assert len(set(tried)) == 30
    outcomes = [try_once(work, spelled) for spelled in tried]
    assert outcomes == [WRONG, WRONG, *[CLOSED] * 28]
