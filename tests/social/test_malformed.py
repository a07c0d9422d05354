"""Answers that no provider should give: nobody is signed in, nothing is linked, words are said, one event is kept."""

import threading
from collections.abc import Callable
from time import perf_counter
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from idp.domain.events import EventName
from idp.domain.social import Identity
from idp.models import BrowserSession, Event, SocialIdentity
from idp.pages.social import protocol
from idp.services import social_links
from idp.services.upstreams import Upstreams
from idp.settings.root import Settings
from idp.web.upstreams import EXTENSION
from tests.conftest import HandClock, MakeWork
from tests.people import add_account, add_holder
from tests.social.conftest import Traveller
from tests.social.malformed import FAMILIES, PARAMETERS
from tests.upstream import Other, as_json, signed

LONGEST = 30.0
"""Seconds: far above what a busy machine adds, far below the minutes of those who answer too slowly."""
WORDS = ("n’a pas pu être vérifiée", "ne répond pas", "Recommencez", "Rien n’a changé")


@pytest.fixture(autouse=True)
def linked(make_work: MakeWork, other: Other) -> None:
    """Somebody whom a good answer would sign in."""
    work = make_work()
    account = add_account(work, add_holder(work))
    assert social_links.link(work, account, "other", Identity(other.issuer, "chloe-there", None)) is None
    work.db.commit()


Kept = tuple[int | None, int | None, int | None]
Look = Callable[[], Kept]


@pytest.fixture
def look(make_work: MakeWork) -> Look:
    """Count sessions, links and events."""

    def counted() -> Kept:
        work = make_work()
        rows = [select(func.count()).select_from(model) for model in (BrowserSession, SocialIdentity, Event)]
        found = (work.db.scalar(rows[0]), work.db.scalar(rows[1]), work.db.scalar(rows[2]))
        newest = work.db.scalars(select(Event.name).order_by(Event.id.desc())).first()
        assert newest in (EventName.SOCIAL_FAILED, EventName.SOCIAL_LINKED)  # the latter before the first answer
        work.db.commit()
        work.db.close()
        return found

    return counted


Fresh = Callable[[], None]


@pytest.fixture
def fresh(app: Flask, settings: Settings) -> Fresh:
    """Forget what was read of providers, as a process does that starts."""

    def forget() -> None:
        app.extensions[EXTENSION] = Upstreams(settings)

    return forget


def go(traveller: Traveller, other: Other) -> TestResponse:
    """Go there and back; the button alone where it leads nowhere."""
    page = traveller.submit("/social/other/sign-in")
    return page if page.status_code != 303 else traveller.come_back(other.allow(page.location))


def faults(name: str, answer: TestResponse, before: Kept, after: Kept, seconds: float) -> list[str]:
    """Say what is wrong with how an answer was taken."""
    checks = {
        f"status {answer.status_code}": answer.status_code in (400, 422),
        "words": any(words in answer.text for words in WORDS),
        "leads on": "Location" not in answer.headers,
        f"rows {before} {after}": after == (before[0], before[1], (before[2] or 0) + 1),
        f"{seconds:.1f} s": seconds < LONGEST,
    }
    return [f"{name}: {what}" for what, fits in checks.items() if not fits]


def test_there_are_enough() -> None:
    assert sum(map(len, FAMILIES.values())) + len(PARAMETERS) >= 200


@pytest.mark.threat("T-04")
@pytest.mark.threat("T-56")
@pytest.mark.threat("T-57")
@pytest.mark.parametrize("family", FAMILIES)
def test_no_answer_is_believed_that_is_not_good(
    traveller: Traveller, other: Other, fresh: Fresh, look: Look, family: str
) -> None:
    good, found = (other.claims, other.sign), []
    for name, twist in FAMILIES[family].items():
        fresh()
        other.claims, other.sign = good
        other.twists.clear()
        other.extra.clear()
        twist(other)
        before, begun = look(), perf_counter()
        answer = go(traveller, other)
        found += faults(name, answer, before, look(), perf_counter() - begun)
    assert found == []
    other.claims, other.sign = good
    other.twists.clear()
    other.extra.clear()
    fresh()
    assert go(traveller, other).status_code == 303  # what all the others were changed from


@pytest.mark.threat("T-31")
@pytest.mark.threat("T-63")
def test_no_parameters_are_believed_that_are_not_good(traveller: Traveller, other: Other, look: Look) -> None:
    found = []
    for name, pairs in PARAMETERS.items():
        back = urlsplit(other.allow(traveller.leave()))
        sent = {key: values[0] for key, values in parse_qs(back.query).items()}
        filled = [(key, value.replace("STATE", sent["state"]).replace("CODE", sent["code"])) for key, value in pairs]
        before, begun = look(), perf_counter()
        answer = traveller.get(f"/social/other/callback?{urlencode(filled)}")
        found += faults(name, answer, before, look(), perf_counter() - begun)
        assert "<script>alert" not in answer.text
    assert found == []


@pytest.mark.threat("T-59")
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks", "/userinfo"])
def test_nobody_waits_for_a_slow_provider(
    traveller: Traveller, other: Other, look: Look, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "SECONDS", 0.5)
    given_up = threading.Event()

    def slowly() -> tuple[int, str, bytes]:
        given_up.wait(4 * LONGEST)
        return as_json({})

    other.twists[path] = slowly
    before, begun = look(), perf_counter()
    answer = go(traveller, other)
    seconds = perf_counter() - begun
    given_up.set()
    assert faults(path, answer, before, look(), seconds) == []


def test_all_answers_together_take_less_than_five_seconds() -> None:
    assert protocol.SECONDS < 5


def test_a_provider_that_is_down_is_not_asked_by_everybody(
    traveller: Traveller, other: Other, clock: HandClock
) -> None:
    other.twists["/.well-known/openid-configuration"] = lambda: (503, "text/plain", b"")
    for _ in range(5):
        assert traveller.submit("/social/other/sign-in").status_code == 422
    assert len(other.asked) == 1
    clock.forward(seconds=10)
    other.twists.clear()
    assert traveller.submit("/social/other/sign-in").status_code == 303


def test_metadata_and_keys_are_read_once(traveller: Traveller, other: Other) -> None:
    for _ in range(3):
        assert go(traveller, other).status_code == 303
    assert other.asked.count("/.well-known/openid-configuration") == 1
    assert other.asked.count("/jwks") == 1


def test_an_unknown_key_is_looked_for_once_a_minute(traveller: Traveller, other: Other, clock: HandClock) -> None:
    assert go(traveller, other).status_code == 303
    good = other.sign
    other.sign = lambda claims: signed(claims, kid="new")
    for _ in range(3):
        assert go(traveller, other).status_code == 400
    assert other.asked.count("/jwks") == 1
    clock.forward(minutes=1)
    assert go(traveller, other).status_code == 400
    assert other.asked.count("/jwks") == 2
    other.sign = good
    assert go(traveller, other).status_code == 303
