"""Somebody who has just signed in for an app: their browser is sent back at once, as the page would send it."""

from collections.abc import Callable, Mapping

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from idp.domain.events import EventName
from idp.models import Account, BrowserSession, Event, Journey
from idp.services import audit, codes
from idp.services.work import Work
from idp.web.side_door import SIDE_DOOR, SideDoor
from tests.conftest import MakeWork
from tests.oidc.conftest import open_session
from tests.oidc.relying_party import Browser, RelyingParty, answer_of
from tests.oidc.test_journeys import resume_of
from tests.oidc.test_single_sign_on import PLAIN, code_at_once, shape

RESUME = ["/authorize/resume"]
IN_ANOTHER_WAY: dict[str, dict[str, str | None]] = {
    "form": {"response_mode": "form_post"},
    "signed answer": {"response_mode": "jwt"},
}
Resumed = Callable[[Mapping[str, str | None]], TestResponse]
ANSWERED = {name: changes for name, changes in PLAIN.items() if name not in ("silent", "old enough")}


def asked(web: RelyingParty, browser: Browser, **changes: str | None) -> str:
    """Have an app ask for a sign-in; returns the address that goes on with the journey."""
    return resume_of(web.authorize(browser, **changes).location)


@pytest.fixture
def waiting(
    web: RelyingParty, stranger: Browser, make_work: MakeWork, account: Account, pages: list[str]
) -> tuple[Browser, str]:
    """A browser in which somebody has signed in for an app that waits, and the address that goes on."""
    address = asked(web, stranger)
    open_session(stranger, make_work, account)
    pages.clear()
    return stranger, address


def test_who_has_signed_in_is_sent_back_without_a_page(
    web: RelyingParty, waiting: tuple[Browser, str], pages: list[str]
) -> None:
    browser, address = waiting
    assert web.redeem(code_at_once(browser.get(address), pages)).status_code == 200


@pytest.fixture
def resumed(app: Flask, web: RelyingParty, make_work: MakeWork, account: Account) -> Resumed:
    """Has somebody sign in for an app in a new browser, and go on."""

    def go_on(changes: Mapping[str, str | None]) -> TestResponse:
        browser = Browser(app)
        address = asked(web, browser, **changes)
        open_session(browser, make_work, account)
        return browser.get(address)

    return go_on


@pytest.mark.parametrize("changes", [*ANSWERED.values(), *IN_ANOTHER_WAY.values()], ids=[*ANSWERED, *IN_ANOTHER_WAY])
def test_the_page_would_answer_the_same(
    app: Flask, resumed: Resumed, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str | None]
) -> None:
    door: SideDoor = app.extensions[SIDE_DOOR]
    at_once = resumed(changes)
    monkeypatch.setattr(door, "_at_once", {})
    assert shape(at_once) == shape(resumed(changes))


Change = Callable[[Browser], None]


def forge(browser: Browser) -> None:
    """Name another browser than the one that it is."""
    present = browser.cookies.get_cookie("paris-browser").value
    browser.cookies.set_cookie("paris-browser", present[:-4] + "AAAA", domain="localhost", path="/")


@pytest.mark.threat("T-33")
@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda browser: browser.cookies.delete_cookie("paris-browser", domain="localhost", path="/"), 400),
        (forge, 400),
        (lambda browser: browser.cookies.delete_cookie("paris-session", domain="localhost", path="/"), 303),
    ],
    ids=["a stranger's browser", "a forged browser", "nobody"],
)
def test_another_browser_is_left_to_the_page(
    waiting: tuple[Browser, str], pages: list[str], change: Change, status: int
) -> None:
    browser, address = waiting
    change(browser)
    response = browser.get(address)
    assert pages == RESUME
    assert response.status_code == status
    assert "code=" not in response.headers.get("Location", "")


@pytest.mark.threat("T-05")
def test_a_session_that_is_over_goes_on_with_nothing(
    waiting: tuple[Browser, str], pages: list[str], make_work: MakeWork
) -> None:
    browser, address = waiting
    work = make_work()
    work.db.execute(update(BrowserSession).values(ended_at=work.now))
    work.db.commit()
    assert "/sign-in?journey=" in browser.get(address).location
    assert pages == RESUME


def test_what_was_answered_is_left_to_the_page(waiting: tuple[Browser, str], pages: list[str]) -> None:
    browser, address = waiting
    assert browser.get(address).status_code == 303
    assert browser.get(address).status_code == 410
    assert pages == RESUME


def test_what_fails_is_left_to_the_page_and_leaves_nothing(
    app: Flask, waiting: tuple[Browser, str], make_work: MakeWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(work: Work, *_: object) -> None:
        audit.record(work, EventName.PURGED)
        raise RuntimeError("fails once something is written")

    browser, address = waiting
    with monkeypatch.context() as patched:
        patched.setattr(codes, "issue", fail)
        app.testing = False
        assert browser.get(address).status_code == 500
    work = make_work()
    assert "purge.done" not in work.db.scalars(select(Event.name)).all()
    assert work.db.scalars(select(Journey.claimed_at)).all() == [None]
    work.db.commit()
    assert "code" in answer_of(browser.get(address))
