"""Guessing on a large scale: six-digit codes over a whole landlord, and one person's sign-in hammered."""

import os
from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from sqlalchemy import func, select

from idp.domain import letters
from idp.domain.events import EventName
from idp.domain.refusals import Refusal
from idp.models import ProvisionalPassword
from idp.services import devices
from idp.services.attempt import SecondFact
from idp.services.login import FirstConnectionStarted, Refused, SignedIn
from idp.services.work import Work
from tests.conftest import HandClock, MakeWork
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter
from tests.services.test_login import events, try_once

REFERENCES = 50_000
GUESSES = 5
NETWORKS = 300
ONE_PERCENT = REFERENCES * GUESSES // 100
BORN = date(1987, 5, 13)
SPRAYED = int(os.environ.get("SPRAYED_LETTERS", "60"))
"""Letters that the real services are tried at; 50000 is the whole attack, and takes hours."""
PATIENCE = NETWORKS * 49
"""Tries between two pauses, so that no network is closed."""


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


def asking(work: Work, second_fact: str) -> Work:
    """Let the landlord ask for a fact while the breaker is tripped, or switch the breaker off with `none`."""
    rules = work.landlord.first_connection.model_copy(update={"second_fact": second_fact})
    return replace(work, landlord=work.landlord.model_copy(update={"first_connection": rules}))


def spray(make_work: MakeWork, clock: HandClock, identifiers: list[str], second_fact: str) -> Counter[str]:
    """Guess five times at each letter from many networks, as patiently as the ladder asks, and count the answers."""
    random, answers = Random(11), Counter[str]()
    for number, identifier in enumerate(identifiers * GUESSES):
        if number % PATIENCE == 0 or number % len(identifiers) == 0:
            clock.forward(minutes=11)
        there = make_work(network=f"198.{51 + number % NETWORKS // 256}.{number % NETWORKS % 256}.0/24")
        match try_once(asking(there, second_fact), identifier, printed(random, identifier)):
            case Refused(reason):
                answers[reason] += 1
            case FirstConnectionStarted() | SignedIn():
                answers["opened"] += 1
        there.db.close()
    return answers


def with_letters(work: Work) -> list[str]:
    """Send letters with drawn codes."""
    random = Random(13)
    identifiers = [str(7_000_000 + number) for number in range(SPRAYED)]
    for identifier in identifiers:
        add_letter(work, add_holder(work, identifier), printed(random, identifier))
    work.db.commit()
    return identifiers


@pytest.mark.threat("T-02")
def test_while_the_breaker_is_tripped_every_further_guess_is_refused_and_counts_for_no_letter(
    make_work: MakeWork, clock: HandClock
) -> None:
    work = make_work()
    identifiers = with_letters(work)
    answers = spray(make_work, clock, identifiers, "birth_date")
    assert answers.total() == GUESSES * SPRAYED
    assert answers["opened"] <= 3
    admitted = answers[Refusal.WRONG_CREDENTIALS]
    tripped = events(work, EventName.BREAKER_TRIPPED)
    assert tripped >= 1
    assert admitted <= work.landlord.first_connection.breaker.failures * tripped
    assert answers[Refusal.SECOND_FACT_NEEDED] == answers.total() - admitted - answers["opened"]
    assert events(work, EventName.SIGN_IN_REFUSED) == answers[Refusal.SECOND_FACT_NEEDED]
    assert work.db.scalar(select(func.sum(ProvisionalPassword.failures))) == admitted


@pytest.mark.threat("T-02")
def test_without_the_breaker_five_guesses_burn_a_letter_and_the_right_code_comes_too_late(
    make_work: MakeWork, clock: HandClock
) -> None:
    work = make_work()
    identifiers = with_letters(work)
    late, code = str(7_900_000), CODE
    add_letter(work, add_holder(work, late), code)
    work.db.commit()
    answers = spray(make_work, clock, [*identifiers, late], "none")
    assert answers["opened"] <= 3
    assert events(work, EventName.LETTER_BURNED) == SPRAYED + 1 - answers["opened"]
    clock.forward(minutes=11)
    assert try_once(asking(make_work(), "none"), late, code) == Refused(Refusal.WRONG_CREDENTIALS)


@pytest.mark.threat("T-06")
def test_a_thousand_tries_of_strangers_neither_lengthen_the_closing_nor_reach_a_known_browser(
    make_work: MakeWork, clock: HandClock
) -> None:
    work = make_work(device="d" * 43)
    account = add_account(work, add_holder(work, "7000900"))
    devices.remember(work, account.id)
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
