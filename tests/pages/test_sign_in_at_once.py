"""The sign-in of most people never meets Flask, and is the one that the page would have let happen."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from time import perf_counter
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from idp.app import create_app
from idp.domain.events import EventName
from idp.models import BrowserSession, Event, FailureCounter
from idp.services import devices
from idp.settings.assistance import Captcha
from idp.settings.root import Settings
from idp.settings.second_factor import SecondFactor
from idp.settings.section import Section
from idp.web import evenness, side_door
from idp.web.database import db
from tests.conftest import HandClock, MakeWork
from tests.oidc.relying_party import RelyingParty, answer_of, cookies_set
from tests.pages.at_once import (
    NUMBER,
    Form,
    account,
    asked,
    by_page,
    pages,
    party,
    person,
    seen,
    settings,
    web,
)
from tests.pages.test_assistance import with_rules
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter
from tests.visitor import Visitor

__all__ = ["account", "by_page", "pages", "party", "person", "settings", "web"]


def test_who_signs_in_for_an_app_is_back_there_by_one_answer(
    app: Flask, web: RelyingParty, pages: list[str], make_work: MakeWork
) -> None:
    asked(Visitor(app), web)
    visitor = Visitor(app)
    asked(visitor, web)
    pages.clear()
    answer = visitor.submit(identifier=NUMBER, password=PASSWORD)
    assert pages == []
    assert answer.headers["Cache-Control"] == "no-store"
    assert web.redeem(answer_of(answer)["code"]).status_code == 200
    session, device = (visitor.client.get_cookie(f"paris-{name}") for name in ("session", "device"))
    assert session is not None
    assert device is not None
    assert session.http_only
    work = make_work()
    names = work.db.scalars(select(Event.name)).all()
    work.db.close()
    assert names.count(EventName.SIGN_IN_SUCCEEDED) == names.count(EventName.CODE_ISSUED) == 1
    assert "code" in answer_of(visitor.get(f"/authorize?{urlencode(web.request())}"))


def test_who_signs_in_for_nothing_goes_home(app: Flask, pages: list[str], settings: Settings) -> None:
    visitor = Visitor(app)
    visitor.get("/sign-in")
    pages.clear()
    answer = visitor.submit(identifier=NUMBER, password=PASSWORD)
    assert pages == []
    assert answer.location == settings.landlords["paris"].home_url


SENT: dict[str, Callable[[Form], TestResponse]] = {
    "right": lambda form: form.send(),
    "wrong": lambda form: form.send(password="Faux-1234"),
    "nobody": lambda form: form.send(form.nobody),
    "a letter": lambda form: form.send(form.letter, CODE),
    "a letter, and six other digits": lambda form: form.send(form.letter, "111111"),
    "somebody who has left": lambda form: form.send(form.left),
    "nothing": lambda form: form.send("", ""),
    "too much": lambda form: form.send("7" * 300),
    "far too much": lambda form: form.send(more="x" * 5000),
    "control characters": lambda form: form.send(password="\x00" + PASSWORD),
    "a field more": lambda form: form.send(more="x"),
    "a field less": lambda form: form.visitor.submit(identifier=form.account),
    "a field twice": lambda form: form.raw("&identifier=7999999"),
    "no text": lambda form: form.raw("&identifier=%FF"),
    "no token": lambda form: form.raw(token="nothing"),
    "a forged token": lambda form: form.raw(token=form.visitor.token()[:-4] + "AAAA"),
    "another browser's token": lambda form: form.raw(token=form.token_elsewhere()),
    "from another site": lambda form: form.raw(Sec_Fetch_Site="cross-site"),
    "in English": lambda form: form.raw(Accept_Language="en"),
    "as files": Form.by_files,
    "for a journey that is not known": lambda form: form.visitor.submit(
        "/sign-in?journey=nobody-knows", identifier=form.account, password=PASSWORD
    ),
    "for a page of ours": lambda form: form.visitor.submit(
        "/sign-in?then=account", identifier=form.account, password=PASSWORD
    ),
    "in an old session": lambda form: form.in_an_old_session().send(),
    "to stay signed in": lambda form: form.send(remember="y"),
}


def opened_form(app: Flask, make_work: MakeWork, number: int) -> Form:
    """Open the form in a network of its own, before people of its own."""
    work = make_work()
    form = Form(Visitor(app, address=f"203.0.{number}.9"), *(f"731{number}00{place}" for place in range(4)))
    add_account(work, add_holder(work, form.account), email=f"tenant-{number}@example.org")
    add_letter(work, add_holder(work, form.letter))
    left = add_holder(work, form.left)
    add_account(work, left, email=f"left-{number}@example.org")
    left.left_at = work.now - timedelta(days=4000)
    work.db.commit()
    work.db.close()
    form.visitor.get("/sign-in")
    return form


def kept_by(make_work: MakeWork) -> Counter[str]:
    """Count what the database holds, by its kind."""
    work = make_work()
    found = Counter(work.db.scalars(select(Event.name)))
    of_people = FailureCounter.subject.not_like("breaker%")  # the landlord's
    tries = work.db.execute(select(FailureCounter.subject, FailureCounter.count).where(of_people))
    found.update(f"tries of a {subject.partition(':')[0]}: {count}" for subject, count in tries)
    alive = select(func.count()).select_from(BrowserSession).where(BrowserSession.ended_at.is_(None))
    found.update(sessions=work.db.scalar(alive) or 0)
    work.db.close()
    return found


@pytest.mark.threat("T-08")
@pytest.mark.threat("T-32")
@pytest.mark.threat("T-76")
@pytest.mark.parametrize("send", SENT.values(), ids=list(SENT))
def test_the_page_would_do_the_same(
    app: Flask, by_page: Callable[[], None], make_work: MakeWork, send: Callable[[Form], TestResponse]
) -> None:
    outcomes = []
    for number, prepare in ((1, bool), (2, by_page)):
        form = opened_form(app, make_work, number)
        prepare()
        before = kept_by(make_work)
        answer = send(form)
        left = kept_by(make_work) - before
        set_ = cookies_set(answer)
        words = "" if answer.status_code == 303 else seen(answer)[1].replace(f"731{number}", "731")
        outcomes.append((answer.status_code, urlsplit(answer.headers.get("Location", "")).path, left, set_, words))
    assert outcomes[0] == outcomes[1]


@pytest.fixture
def form_of(settings: Settings, clock: HandClock, app: Flask, make_work: MakeWork) -> Iterator[Callable[..., Form]]:
    """Opens the form of a landlord with other rules."""
    built: list[Flask] = []

    def opened(**rules: Section) -> Form:
        built.append(create_app(with_rules(settings, "paris", **rules), clock))
        return opened_form(built[-1], make_work, 1)

    yield opened
    for other in built:
        with other.app_context():
            db.session.remove()
            db.engine.dispose()


def test_a_landlord_who_asks_for_digits_gets_them(form_of: Callable[..., Form], make_work: MakeWork) -> None:
    form = form_of(captcha=Captcha(sign_in="always"))
    assert 'name="captcha_reference"' in form.visitor.get("/sign-in").text
    assert form.send().status_code == 422
    assert kept_by(make_work)["sign_in.succeeded"] == 0


def test_a_landlord_who_demands_a_second_factor_gets_it(form_of: Callable[..., Form]) -> None:
    form = form_of(second_factor=SecondFactor(mode="required"))
    form.send()
    assert form.visitor.location == "/second-factor"
    assert form.visitor.get("/account").location.startswith("/paris/second-factor")


@pytest.mark.threat("T-17")
def test_a_refusal_takes_its_time_from_the_beginning_of_the_request(
    app: Flask, make_work: MakeWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = opened_form(app, make_work, 1)
    waits: list[float] = []
    present = perf_counter()
    monkeypatch.setattr(side_door, "time", SimpleNamespace(perf_counter=lambda: present))
    later = SimpleNamespace(sleep=waits.append, perf_counter=lambda: present + 0.1)
    monkeypatch.setattr(evenness, "time", later)
    assert form.send(password="Faux-1234").status_code == 422
    floor = app.extensions["loge"].settings.hashing.refusal_milliseconds / 1000
    assert waits == [pytest.approx(max(0.0, floor - 0.1))]


def test_what_fails_is_left_to_the_page_which_verifies_nothing_again(
    app: Flask, make_work: MakeWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember, failed = devices.remember, list[object]()

    def fail_once(*about: Any) -> str:
        if failed:
            return remember(*about)
        failed.append(about)
        raise RuntimeError("fails once something is written")

    form = opened_form(app, make_work, 1)
    before = kept_by(make_work)
    monkeypatch.setattr(devices, "remember", fail_once)
    assert form.send().status_code == 303
    assert kept_by(make_work) - before == Counter({"sign_in.succeeded": 1, "sessions": 1, "tries of a network: 0": 1})
