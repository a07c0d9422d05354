"""What tests need that compare the sign-in at the side door with the page."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from idp.web.pre_session import PRE_SESSIONS, PreSessions
from idp.web.side_door import SIDE_DOOR
from tests.conftest import MakeWork
from tests.oidc.conftest import account, pages, party, settings, web
from tests.oidc.relying_party import RelyingParty
from tests.people import PASSWORD, add_account, add_holder
from tests.visitor import BASE, Visitor

__all__ = ["account", "pages", "party", "settings", "web"]

NUMBER = "7300001"
LANDLORDS = ("paris", "contrat", "auvergne", "moselle")
LANGUAGES = ("fr", "en", "de, en;q=0.5, fr;q=0.1", "")
VARYING = re.compile(r'((?:nonce|name="csrf_token"[^>]*value)=)"([^"]+)"')


@pytest.fixture(autouse=True)
def person(make_work: MakeWork) -> None:
    """Somebody with a password."""
    work = make_work()
    add_account(work, add_holder(work, NUMBER))
    work.db.commit()


@pytest.fixture
def by_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Leaves everything to the pages from now on."""
    return lambda: monkeypatch.setattr(app.extensions[SIDE_DOOR], "_at_once", {})


def asked(visitor: Visitor, web: RelyingParty, **changes: str | None) -> TestResponse:
    """Come from an app, and see the form."""
    visitor.get(f"/authorize?{urlencode(web.request(**changes))}")
    return visitor.follow()


def seen(answer: TestResponse) -> tuple[int, str, list[tuple[str, str]]]:
    """What somebody sees of a page, without what differs every time."""
    text = re.sub(r"journey=[\w-]+", "journey=…", VARYING.sub(r"\1", answer.text))
    headers = [(name, re.sub(r"nonce-[\w-]+", "", value)) for name, value in answer.headers if name != "Set-Cookie"]
    return answer.status_code, text, sorted(headers)


def keep(visitor: Visitor, purpose: str, value: str = "something") -> Visitor:
    """Have a browser keep a cookie."""
    visitor.client.set_cookie(f"paris-{purpose}", value, domain="localhost")
    return visitor


def unknown(visitor: Visitor) -> Visitor:
    """Have a browser forget that it was here."""
    visitor.client.delete_cookie("paris-browser", domain="localhost")
    return visitor


def pre_session(visitor: Visitor) -> tuple[PreSessions, dict[str, Any]]:
    """Read what the browser is known by, with what writes it."""
    kept: PreSessions = visitor.client.application.extensions[PRE_SESSIONS]
    cookie = visitor.client.get_cookie("paris-browser")
    assert cookie is not None
    return kept, dict(kept.read(cookie.value) or {})


@dataclass
class Form:
    """The form in front of a visitor, and people of each kind who may fill it in.

    Attributes:
        visitor: who has opened it.
        account: the number of somebody with a password.
        letter: of somebody with a letter.
        left: of somebody with a password, whose contract has ended long ago.
        nobody: of nobody.
    """

    visitor: Visitor
    account: str
    letter: str
    left: str
    nobody: str

    def send(self, identifier: str | None = None, password: str = PASSWORD, **more: str) -> TestResponse:
        """Send it filled in."""
        return self.visitor.submit(identifier=identifier or self.account, password=password, **more)

    def raw(self, more: str = "", *, token: str | None = None, **headers: str) -> TestResponse:
        """Send it with another token, with more behind it, or with further headers."""
        fields = {"identifier": self.account, "password": PASSWORD, "csrf_token": token or self.visitor.token()}
        return self.visitor.client.post(
            "/paris/sign-in",
            base_url=BASE,
            data=urlencode(fields) + more,
            content_type="application/x-www-form-urlencoded",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            environ_overrides={"REMOTE_ADDR": self.visitor.address},
        )

    def in_an_old_session(self) -> "Form":
        """Have the browser keep the cookie of a session that is no more."""
        keep(self.visitor, "session")
        return self

    def by_files(self) -> TestResponse:
        """Send it as forms with files are sent."""
        fields = {"identifier": self.account, "password": PASSWORD, "csrf_token": self.visitor.token()}
        sent = {"content_type": "multipart/form-data", "environ_overrides": {"REMOTE_ADDR": self.visitor.address}}
        return self.visitor.client.post("/paris/sign-in", base_url=BASE, data=fields, **sent)

    def token_elsewhere(self) -> str:
        """Open the form in another browser."""
        other = Visitor(self.visitor.client.application)
        other.get("/sign-in")
        return other.token()
