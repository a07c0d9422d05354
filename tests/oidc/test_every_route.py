"""What holds at every address: where it may lead, who may frame and keep it, and what a look changes."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from idp.models import Account, Base, Identifier
from idp.web.stance import Stance
from tests.addresses import addresses
from tests.conftest import MakeWork
from tests.oidc.relying_party import HOST, NETWORK, Browser
from tests.people import PASSWORD

CORPUS = tomllib.loads(Path(__file__).with_name("corpora").joinpath("destinations.toml").read_text("utf-8"))
DESTINATIONS = [template.format(evil=CORPUS["evil"], own=urlsplit(HOST).netloc) for template in CORPUS["templates"]]
NAMES = (
    *("next", "return", "return_to", "returnTo", "redirect", "redirect_uri", "redirect_url", "url", "uri", "goto"),
    *("continue", "dest", "destination", "target", "callback", "back", "from", "journey", "state", "login_hint"),
    *("post_logout_redirect_uri", "request_uri", "token", "lang", "step", "client_id", "error", "error_hint"),
)
CHUNK = 10
"""How many destinations are tried with one request, each under other names."""
LEFT_BY_A_LOOK = {"captcha", "journey", "event"}
"""What a look may leave: the digits of a form, the request of an app that waits for somebody, and its trace."""


def paths(app: Flask, method: str = "GET") -> Iterator[tuple[str, Stance]]:
    """List the addresses of a landlord that take a method and have no variable part."""
    for address in addresses(app):
        stance = address.stance
        if stance is not None and stance.landlord and method in address.methods and not address.varies:
            yield address.path, stance


def leads_astray(response: TestResponse, home: str) -> bool:
    """Tell whether an answer sends the browser to a host that is neither ours nor the landlord's."""
    if any(sign in str(value) for value in response.headers.values() for sign in "\r\n"):
        return True
    location = response.headers.get("Location", "/")
    parts = urlsplit(location)
    if not parts.netloc:
        return parts.scheme != "" or not location.startswith("/") or location.startswith(("//", "/\\"))
    return f"{parts.scheme}://{parts.netloc}" not in (HOST, home)


def tries() -> Iterator[dict[str, str]]:
    """Spread the destinations over the names, so that each is tried under several of them."""
    for start in range(0, len(DESTINATIONS), CHUNK):
        chunk = DESTINATIONS[start : start + CHUNK]
        yield {name: chunk[number % len(chunk)] for number, name in enumerate(NAMES)}


@pytest.mark.spec("FAPI 2.0 5.3.2.1")
@pytest.mark.spec("RFC 6749 10.15")
@pytest.mark.spec("RFC 9700 2.1")
@pytest.mark.threat("T-30")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_parameter_leads_to_another_host(app: Flask, signed_in: Browser, stranger: Browser, method: str) -> None:
    assert len(DESTINATIONS) >= 120
    home = "http://localhost:8001"
    for path, _ in paths(app, method):
        for parameters in tries():
            for browser in (signed_in, stranger):
                response = browser.cookies.open(
                    f"/paris{path}", method=method, base_url=HOST, query_string=parameters, data=parameters
                )
                assert response.status_code < 500, (path, parameters)
                assert not leads_astray(response, home), (path, parameters, response.headers)


@pytest.mark.spec("RFC 9700 2.1")
@pytest.mark.threat("T-30")
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_no_form_with_its_token_leads_to_another_host(
    app: Flask, signed_in: Browser, account: Account, make_work: MakeWork, path: str
) -> None:
    work = make_work()
    identifier = work.db.scalars(select(Identifier.value).where(Identifier.account_id == account.id)).first()
    work.db.commit()
    for parameters in tries():
        browser = Browser(app) if path == "/sign-in" else signed_in
        page = browser.get(path)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        typed = {"identifier": str(identifier), "password": PASSWORD, "csrf_token": token[1] if token else ""}
        response = browser.cookies.post(
            f"/paris{path}",
            base_url=HOST,
            query_string=parameters,
            data=parameters | typed,
            environ_overrides=NETWORK,
        )
        assert response.status_code in (303, 400, 405, 422), parameters
        assert not leads_astray(response, "http://localhost:8001"), (parameters, response.headers)


def state(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(table))]
            for name, table in Base.metadata.tables.items()
            if name not in LEFT_BY_A_LOOK
        }


@pytest.mark.threat("T-32")
def test_a_look_changes_nothing(app: Flask, engine: Engine, signed_in: Browser, stranger: Browser) -> None:
    for path, _ in paths(app):
        for browser in (signed_in, stranger):
            browser.get(path)
            before = state(engine)
            browser.get(path)
            assert state(engine) == before, path


def answers(app: Flask, browser: Browser) -> Iterator[tuple[str, TestResponse, bool]]:
    """Ask every address, with the right method and a wrong one, and some that do not exist."""
    for path, stance in paths(app):
        yield path, browser.get(path), stance.cache
    for path, _ in paths(app, "POST"):
        yield path, browser.post(path), False
    for path in ("/nowhere", "/sign-in/", "/authorize/nowhere", "/%2e%2e/sign-in", "/static/nowhere"):
        yield path, browser.get(path), False
    yield "DELETE", browser.cookies.delete("/paris/sign-in", base_url=HOST), False


@pytest.mark.spec("OIDC Core 3.1.2.3")
@pytest.mark.spec("RFC 6749 10.13")
@pytest.mark.spec("RFC 9700 4.16")
@pytest.mark.spec("RFC 9700 4.2.4")
@pytest.mark.threat("T-34")
@pytest.mark.threat("T-37")
@pytest.mark.threat("T-38")
def test_no_page_is_framed_or_kept_or_tells_where_somebody_comes_from(
    app: Flask, signed_in: Browser, stranger: Browser
) -> None:
    for browser in (signed_in, stranger):
        for path, response, may_be_kept in answers(app, browser):
            assert response.headers.get("Referrer-Policy") == "no-referrer", path
            assert response.headers.get("X-Content-Type-Options") == "nosniff", path
            if response.mimetype == "text/html":
                assert response.headers["X-Frame-Options"] == "DENY", path
                assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"], path
            if not may_be_kept and response.status_code != 304:
                assert response.headers.get("Cache-Control") == "no-store", path


@pytest.mark.threat("T-37")
def test_what_may_be_kept_is_the_same_for_everybody(app: Flask, signed_in: Browser, stranger: Browser) -> None:
    kept = [path for path, stance in paths(app) if stance.cache]
    assert "/jwks" in kept
    for path in kept:
        mine, others = signed_in.get(path), stranger.get(path)
        assert mine.data == others.data, path
        assert "Set-Cookie" not in mine.headers, path
