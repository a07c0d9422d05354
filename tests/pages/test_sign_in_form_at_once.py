"""The form that most people see never meets Flask, and is the one that the page would have shown."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.oidc.relying_party import RelyingParty
from tests.pages.at_once import (
    LANDLORDS,
    LANGUAGES,
    NUMBER,
    VARYING,
    account,
    asked,
    by_page,
    keep,
    pages,
    party,
    person,
    pre_session,
    seen,
    settings,
    unknown,
    web,
)
from tests.people import PASSWORD
from tests.visitor import Visitor

__all__ = ["account", "by_page", "pages", "party", "person", "settings", "web"]


@pytest.mark.threat("T-34")
@pytest.mark.threat("T-35")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("landlord", LANDLORDS)
def test_the_form_is_the_page(
    app: Flask, pages: list[str], by_page: Callable[[], None], landlord: str, language: str
) -> None:
    visitors = [Visitor(app, landlord) for _ in range(3)]
    spoken = {"Accept-Language": language} if language else {}
    for visitor in visitors:
        visitor.get("/sign-in", **spoken)
    pages.clear()
    shown = [visitor.get("/sign-in", **spoken) for visitor in visitors]
    assert pages == []
    secrets = [{found[1] for found in VARYING.findall(answer.text)} for answer in shown]
    assert not secrets[0] & secrets[1]
    for answer in shown:
        nonces = set(re.findall(r'nonce="([^"]+)"', answer.text))
        assert nonces == set(re.findall(r"nonce-([\w-]+)", answer.headers["Content-Security-Policy"]))
    by_page()
    assert [seen(answer) for answer in shown] == [seen(visitor.get("/sign-in", **spoken)) for visitor in visitors]


def test_the_form_for_an_app_is_the_page(
    app: Flask, web: RelyingParty, pages: list[str], by_page: Callable[[], None]
) -> None:
    first, second = Visitor(app), Visitor(app)
    by_the_page = asked(first, web)
    pages.clear()
    at_once = asked(second, web)
    assert pages == []
    assert seen(at_once) == seen(by_the_page)
    mine, theirs = (set(re.findall(r"journey=([\w-]+)", one.text)) for one in (at_once, by_the_page))
    assert len(mine) == len(theirs) == 1
    assert mine != theirs
    by_page()
    assert seen(second.get(second.path)) == seen(at_once)


Show = Callable[[Visitor, RelyingParty], object]
SHOWN_OTHERWISE: dict[str, Show] = {
    "a hint": lambda visitor, web: asked(visitor, web, login_hint=NUMBER),
    "another language": lambda visitor, _: visitor.get("/sign-in?lang=en"),
    "a page of ours to go on to": lambda visitor, _: visitor.get("/sign-in?then=account"),
    "a journey that nobody knows": lambda visitor, _: visitor.get("/sign-in?journey=nobody-knows"),
    "a journey twice": lambda visitor, web: (asked(visitor, web), visitor.get(visitor.path + "&journey=another")),
    "a browser that stays signed in": lambda visitor, _: keep(visitor, "remember").get("/sign-in"),
    "a session": lambda visitor, _: keep(visitor, "session").get("/sign-in"),
    "something to say": lambda visitor, _: say_something(visitor).get("/sign-in"),
    "an unknown browser": lambda visitor, _: unknown(visitor).get("/sign-in"),
}


def say_something(visitor: Visitor) -> Visitor:
    """Leave a notice for the next page."""
    kept, present = pre_session(visitor)
    return keep(visitor, "browser", kept.written({**present, "notice": "signed_out"}))


@pytest.mark.parametrize("show", SHOWN_OTHERWISE.values(), ids=list(SHOWN_OTHERWISE))
def test_every_other_form_is_left_to_the_page_and_never_kept(
    app: Flask, web: RelyingParty, pages: list[str], show: Show
) -> None:
    visitor, nobody = Visitor(app), Visitor(app)
    visitor.get("/sign-in")
    plain = seen(asked(nobody, web)), seen(nobody.get("/sign-in"))
    pages.clear()
    show(visitor, web)
    assert "/sign-in" in pages
    pages.clear()
    assert (seen(asked(nobody, web)), seen(nobody.get("/sign-in"))) == plain
    assert pages == []


def test_a_cookie_from_before_is_as_good(visitor: Visitor) -> None:
    visitor.get("/sign-in")
    kept, present = pre_session(visitor)
    keep(visitor, "browser", kept.written({"browser": present["browser"]}))
    visitor.get("/sign-in")
    assert visitor.submit(identifier=NUMBER, password=PASSWORD).status_code == 303
