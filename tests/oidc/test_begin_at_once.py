"""Somebody who is not signed in: the browser is sent to the form at once, as the page would send it."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from idp.models import Journey
from idp.web.side_door import SIDE_DOOR
from tests.conftest import MakeWork
from tests.oidc.relying_party import Browser, RelyingParty, cookies_set
from tests.oidc.test_single_sign_on import OTHERWISE, PLAIN, shape

LEFT_TO_THE_PAGE: dict[str, dict[str, str | None]] = {
    "a language": {"ui_locales": "en"},
    "an account to be opened": {"prompt": "create"},
    "silently": {"prompt": "none"},
    "by a form": {"response_mode": "form_post"},
}


@pytest.mark.spec("OIDC Core 3.1.2.3")
def test_a_new_browser_is_sent_to_the_form_and_known_from_then_on(
    web: RelyingParty, stranger: Browser, pages: list[str], make_work: MakeWork
) -> None:
    first, second = web.authorize(stranger), web.authorize(stranger)
    assert pages == []
    assert cookies_set(first) == ["paris-browser; HttpOnly; Path=/; SameSite=Lax"]
    assert cookies_set(second) == []
    for response in (first, second):
        assert urlsplit(response.location).path == "/paris/sign-in"
        assert response.headers["Cache-Control"] == "no-store"
        assert stranger.follow(response).status_code == 200
    work = make_work()
    assert len(set(work.db.scalars(select(Journey.browser_hash)))) == 1


@pytest.mark.parametrize("changes", [*PLAIN.values(), *OTHERWISE.values()], ids=[*PLAIN, *OTHERWISE])
@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
def test_the_page_would_send_them_to_the_same(
    app: Flask, web: RelyingParty, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str | None], *, is_known: bool
) -> None:
    browsers = Browser(app), Browser(app)
    for browser in browsers if is_known else ():
        web.authorize(browser)
    at_once = web.authorize(browsers[0], **changes)
    monkeypatch.setattr(app.extensions[SIDE_DOOR], "_at_once", {})
    by_page = web.authorize(browsers[1], **changes)
    assert shape(at_once) == shape(by_page)
    assert cookies_set(at_once) == cookies_set(by_page)


@pytest.mark.parametrize("changes", LEFT_TO_THE_PAGE.values(), ids=list(LEFT_TO_THE_PAGE))
def test_other_wishes_are_left_to_the_page(
    web: RelyingParty, stranger: Browser, pages: list[str], changes: dict[str, str | None]
) -> None:
    web.authorize(stranger, **changes)
    assert pages == ["/authorize"]


@pytest.mark.threat("T-33")
def test_a_browser_that_stays_signed_in_or_names_itself_wrongly_is_no_stranger(
    web: RelyingParty, stranger: Browser, pages: list[str]
) -> None:
    stranger.cookies.set_cookie("paris-browser", "e30.forged", domain="localhost", path="/")
    assert len(cookies_set(web.authorize(stranger))) == 1
    stranger.cookies.set_cookie("paris-remember", "something", domain="localhost", path="/")
    web.authorize(stranger)
    assert pages == ["/authorize"]
