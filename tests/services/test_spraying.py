"""Guessing on a large scale: six-digit codes over a whole landlord, and one person's sign-in hammered."""

from datetime import date
from random import Random

import pytest

from idp.domain import letters
from idp.domain.events import EventName
from idp.domain.refusals import Refusal
from idp.services import devices
from idp.services.attempt import SecondFact
from idp.services.login import FirstConnectionStarted, Refused, SignedIn
from tests.conftest import HandClock, MakeWork
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter
from tests.services.test_login import events, try_once

REFERENCES = 50_000
GUESSES = 5
NETWORKS = 300
ONE_PERCENT = REFERENCES * GUESSES // 100
BORN = date(1987, 5, 13)


def printed(random: Random, identifier: str) -> str:
    """Draw a code as letters hold them."""
    while not letters.acceptable(code := letters.code_of(random.randrange(letters.COUNT)), BORN, identifier):
        pass
    return code


@pytest.mark.threat("T-02")
def test_five_guesses_at_each_of_fifty_thousand_letters_open_hardly_any() -> None:
    random = Random(7)
    opened = 0
    for number in range(REFERENCES):
        identifier = str(7_000_000 + number)
        code = printed(random, identifier)
        opened += code in {printed(random, identifier) for _ in range(GUESSES)}
    assert opened <= 3


@pytest.mark.threat("T-02")
def test_the_breaker_trips_within_the_first_hundredth_and_a_right_code_alone_opens_nothing_more(
    make_work: MakeWork, clock: HandClock
) -> None:
    work = make_work()
    for number in range(ONE_PERCENT // GUESSES):
        add_letter(work, add_holder(work, str(7_000_000 + number)))
    work.db.commit()
    tried = 0
    while not events(work, EventName.BREAKER_TRIPPED):
        there = make_work(network=f"198.51.{tried % NETWORKS}.0/24")
        assert isinstance(try_once(there, str(7_000_000 + tried), "951357"), Refused)
        there.db.close()
        tried += 1
    assert tried <= ONE_PERCENT
    untouched = "7000499"
    refused = try_once(make_work(), untouched, CODE)
    assert refused == Refused(Refusal.SECOND_FACT_NEEDED)
    clock.forward(minutes=11)
    opened = try_once(make_work(), untouched, CODE, SecondFact(birth_date=BORN))
    assert isinstance(opened, FirstConnectionStarted)


@pytest.mark.threat("T-06")
def test_a_thousand_tries_of_strangers_neither_lengthen_the_closing_nor_reach_a_known_browser(
    make_work: MakeWork, clock: HandClock
) -> None:
    work = make_work(device="d" * 43)
    account = add_account(work, add_holder(work, "7000900"))
    devices.remember(work, account)
    work.db.commit()
    for number in range(1000):
        there = make_work(network=f"2001:db8:{number:x}::/64")
        assert isinstance(try_once(there, "7000900", "Faux-1234"), Refused)
        there.db.close()
        if number == 500:
            clock.forward(minutes=9)
    assert isinstance(try_once(make_work(device="d" * 43), "7000900", PASSWORD), SignedIn)
    assert try_once(make_work(), "7000900", PASSWORD) == Refused(Refusal.CLOSED)
    clock.forward(minutes=1)
    assert isinstance(try_once(make_work(), "7000900", PASSWORD), SignedIn)
