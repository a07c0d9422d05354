"""How long an answer takes tells a stranger nothing: rank statistics over interleaved samples."""

import os
import random
import time
from bisect import bisect_left, bisect_right
from datetime import timedelta
from itertools import cycle
from statistics import median

import pytest
from flask import Flask
from passlib.handlers.django import django_pbkdf2_sha256
from passlib.handlers.ldap_digests import ldap_salted_sha1

from idp.models import FailureCounter, Holder
from idp.services import accounts
from idp.services.work import Work
from idp.settings.root import Settings
from idp.settings.server import Hashing
from tests.people import CODE, PASSWORD, add_holder, add_letter
from tests.visitor import Visitor

SAMPLES = int(os.environ.get("TIMING_SAMPLES", "80"))
KINDS = ("unknown", "account", "locked", "not activated", "no letter")
MOST_MILLISECONDS = 5
ROUNDS = 5
# With n samples of each kind the statistic itself scatters by 0.29 / sqrt(n / 2) where there is no difference.
TOLERANCE = 0.05 + 3 * 0.29 / (SAMPLES / 2) ** 0.5


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Hash at a twentieth of the real cost, and wait as long as ever: a busy machine takes its time for the rest."""
    cost = {"memory_kib": 1024, "iterations": 2, "refusal_milliseconds": Hashing().refusal_milliseconds}
    return settings.model_copy(update={"hashing": settings.hashing.model_copy(update=cost)})


def superiority(ours: list[float], theirs: list[float]) -> float:
    """Estimate how likely one of ours takes longer than one of theirs (area under the ROC curve)."""
    ordered = sorted(theirs)
    wins = sum(bisect_left(ordered, one) + bisect_right(ordered, one) for one in ours)
    return wins / 2 / len(ours) / len(theirs)


def populate(work: Work, turn: int) -> dict[str, list[str]]:
    """Make as many people of each kind as there are samples, so that no try changes another one's way."""
    first = 7000000 + turn * SAMPLES * len(KINDS)
    former = cycle(
        [None, django_pbkdf2_sha256.using(rounds=2000).hash("Ancien-1!"), ldap_salted_sha1.hash("x"), None]
    )
    own, code = work.vault.hash_password(PASSWORD), work.vault.hash_password(CODE)
    people: dict[str, list[str]] = {}
    for place, kind in enumerate(KINDS):
        people[kind] = [str(first + number * len(KINDS) + place) for number in range(SAMPLES)]
        for identifier in people[kind] if kind != "unknown" else []:
            dress(work, kind, add_holder(work, identifier, legacy_hash=next(former)), own, code)
    work.db.commit()
    return people


def dress(work: Work, kind: str, holder: Holder, own: str, code: str) -> None:
    if kind in ("account", "locked"):
        account = accounts.open_for(work, holder, "chloe@example.org", work.now, own)
        if kind == "locked":
            until = work.now + timedelta(minutes=5)
            work.db.add(
                FailureCounter(
                    landlord=work.landlord.slug,
                    subject=f"account:{account.id}",
                    count=3,
                    total=3,
                    window_started_at=work.now,
                    closed_until=until,
                )
            )
    elif kind == "not activated":
        add_letter(work, holder).code_hash = code


@pytest.mark.threat("T-17")
@pytest.mark.parametrize(
    ("path", "secret"),
    [
        ("/sign-in", "Faux-1234"),
        ("/first-connection", "111222"),
        ("/first-connection", "Faux-1234"),
        ("/forgotten-password", None),
    ],
)
def test_no_kind_of_person_takes_longer_than_nobody(app: Flask, work: Work, path: str, secret: str | None) -> None:
    for turn in range(ROUNDS):
        found = differences(measure(app, populate(work, turn), path, secret, turn))
        if not found:
            return
    pytest.fail(f"a stranger can tell by the time, in each of {ROUNDS} rounds: {found}")


def measure(
    app: Flask, people: dict[str, list[str]], path: str, secret: str | None, turn: int
) -> dict[str, list[float]]:
    """Take the time of one try for each person, the kinds in random order, each from a network of its own."""
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    visitor = Visitor(app)
    visitor.get(path)
    fields = {"csrf_token": visitor.token(), **({"password": secret} if secret else {})}
    for number in range(SAMPLES):
        for place, kind in enumerate(random.sample(KINDS, len(KINDS))):
            visitor.address = f"{10 + turn}.{number % 250}.{place + number // 250 * 10}.1"
            start = time.perf_counter()
            visitor.submit(path, identifier=people[kind][number], **fields)
            took[kind].append(time.perf_counter() - start)
    return took


def differences(took: dict[str, list[float]]) -> list[tuple[str, float, float]]:
    """List the kinds that take longer or shorter than nobody, by how many milliseconds and how surely.

    A machine that is busy with something else shows differences where there are none, but not each time.
    """
    nobody = took.pop("unknown")
    found = []
    for kind, times in took.items():
        gap = abs(median(times) - median(nobody)) * 1000
        chance = superiority(times, nobody)
        if gap > MOST_MILLISECONDS or abs(chance - 0.5) > TOLERANCE:
            found.append((kind, round(gap, 1), round(chance, 2)))
    return found
