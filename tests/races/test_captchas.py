"""Many answers at once: one is right, once."""

from collections import Counter

import pytest

from idp.domain.captchas import Fault, Place
from idp.services import captchas
from tests.conftest import MakeWork
from tests.races.together import together

BROWSER = "this-browser"


def answers(make_work: MakeWork, reference: str, *typed: str) -> Counter[Fault | None]:
    def answer(number: int) -> Fault | None:
        work = make_work(browser=BROWSER)
        fault = captchas.use(work, Place.PROOF, reference, typed[number])
        work.db.commit()
        work.db.close()
        return fault

    return Counter(together(len(typed), answer))


@pytest.mark.threat("T-11")
def test_one_answer_sent_twenty_times_at_once_passes_once(make_work: MakeWork) -> None:
    work = make_work(browser=BROWSER)
    reference = captchas.make(work, Place.PROOF)
    digits = captchas.shown(work, reference) or ""
    work.db.commit()
    assert answers(make_work, reference, *[digits] * 20) == {None: 1, Fault.OVER: 19}


@pytest.mark.threat("T-11")
def test_twenty_guesses_at_once_get_three_tries(make_work: MakeWork) -> None:
    work = make_work(browser=BROWSER)
    reference = captchas.make(work, Place.PROOF)
    work.db.commit()
    assert answers(make_work, reference, *["no digits"] * 20) == {Fault.WRONG: 3, Fault.OVER: 17}
