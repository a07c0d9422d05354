import ast
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from werkzeug.test import Client

from examples.portal.app import create_app, create_site
from examples.portal.people import MOST, Shelf
from examples.portal.settings import Settings, from_environment
from tests.conftest import ROOT
from tests.examples.browser import Browser
from tests.examples.conftest import Demo
from tests.mail_server import free_port

FOUR = ("paris", "moselle", "contrat", "auvergne")
FOLDER = ROOT / "examples" / "portal"


def settings_of(provider: str, port: str, secrets: Path) -> dict[str, Settings]:
    environ = {"PROVIDER": provider, "SECRETS": str(secrets), "PORT": port}
    return {settings.slug: settings for settings in from_environment(environ)}


@pytest.fixture
def all_lonely(tmp_path: Path) -> dict[str, Settings]:
    """Settings of portals whose provider is down."""
    for slug in FOUR:
        (tmp_path / f"{slug}-portal").write_text("s3cret\n")
    return settings_of(f"http://localhost:{free_port()}", "8001", tmp_path)


@pytest.fixture
def lonely(all_lonely: dict[str, Settings]) -> Flask:
    """A portal whose provider is down."""
    return create_app(all_lonely["paris"])


@pytest.fixture
def portal(demo: Demo) -> Flask:
    """A portal of the running demo's provider."""
    return create_app(settings_of(demo.provider, demo.environ["PORTAL_PORT"], demo.home / "var/secrets")["paris"])


def test_it_knows_nothing_of_the_provider_but_the_protocol() -> None:
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.partition(".")[0] == "idp"], path


def test_the_first_page_leads_to_sign_in(lonely: Flask) -> None:
    page = lonely.test_client().get("/")
    assert 'href="/sign-in"' in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_without_the_provider_it_says_so_and_offers_a_way_on(lonely: Flask) -> None:
    page = lonely.test_client().get("/sign-in")
    assert page.status_code == 503
    assert "ne répond pas" in page.text
    assert 'href="/sign-in"' in page.text


@pytest.mark.threat("T-50")
def test_it_asks_for_a_code_with_pkce_state_and_nonce(portal: Flask) -> None:
    answer = portal.test_client().get("/sign-in")
    asked = dict(parse_qsl(urlsplit(answer.location).query))
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20
    assert "openid" in asked["scope"].split()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("error=access_denied&state=x", "interrompu"),
        ("error=server_error", "difficulté"),
        ("error=<script>alert(1)</script>", "n’a pas abouti"),
        ("code=x&state=unknown", "il y a trop longtemps"),
        ("", "il y a trop longtemps"),
    ],
)
def test_an_error_is_said_in_words_with_a_way_on(portal: Flask, query: str, words: str) -> None:
    page = portal.test_client().get(f"/callback?{query}")
    assert page.status_code == 400
    assert words in page.text
    assert "<script" not in page.text
    assert 'href="/sign-in"' in page.text


@pytest.mark.threat("T-53")
def test_an_answer_of_another_provider_is_refused(portal: Flask) -> None:
    client = portal.test_client()
    state = dict(parse_qsl(urlsplit(client.get("/sign-in").location).query))["state"]
    page = client.get("/callback", query_string={"code": "x", "state": state, "iss": "https://evil.example"})
    assert page.status_code == 400
    assert "n’a pas abouti" in page.text


def test_a_code_the_provider_does_not_know_is_refused(portal: Flask) -> None:
    client = portal.test_client()
    state = dict(parse_qsl(urlsplit(client.get("/sign-in").location).query))["state"]
    page = client.get("/callback", query_string={"code": "unknown", "state": state})
    assert page.status_code == 400


def test_the_running_portal_shows_no_token_to_the_browser(demo: Demo) -> None:
    browser = Browser()
    browser.open(demo.portal())
    browser.open(f"{demo.portal()}/sign-in")
    assert not [value for value in browser.secrets() if re.search(r"eyJ[\w-]+\.eyJ", value)]


def test_signing_out_needs_a_form(lonely: Flask) -> None:
    client = lonely.test_client()
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").location == "/"


def test_settings_come_from_the_file_of_portals_and_the_environment(all_lonely: dict[str, Settings]) -> None:
    found = all_lonely["moselle"]
    assert (found.url, found.client_id, found.client_secret) == ("http://localhost:8001/moselle", "portal", "s3cret")
    assert urlsplit(found.issuer).path == "/moselle"
    assert "s3cret" not in repr(found)


def test_the_front_page_leads_to_the_four(all_lonely: dict[str, Settings]) -> None:
    client = Client(create_site(list(all_lonely.values())))
    page = client.get("/")
    for slug, settings in all_lonely.items():
        assert f'href="http://localhost:8001/{slug}/"' in page.text
        there = client.get(f"/{slug}/")
        assert settings.welcome in there.text
        assert f'href="/{slug}/static/portal.css"' in there.text
        with client.get(f"/{slug}/static/portal.css") as style:
            assert style.status_code == 200
        assert settings.colour in client.get(f"/{slug}/colours.css").text


def test_the_cookie_of_one_portal_never_reaches_another(demo: Demo) -> None:
    browser = Browser()
    for slug in FOUR:
        browser.open(f"{demo.portal(slug)}/sign-in")
    mine = [(cookie.name, cookie.path) for cookie in browser.cookies() if cookie.name.startswith("portal")]
    assert sorted(mine) == sorted((f"portal-{slug}", f"/{slug}") for slug in FOUR)


def test_a_shelf_forgets_in_time_and_never_overflows() -> None:
    now = 0.0
    shelf: Shelf[str] = Shelf(10, lambda: now)
    name = shelf.add("thing")
    assert shelf.get(name) == "thing"
    now = 10.0
    assert shelf.get(name) is None
    names = [shelf.add(str(number)) for number in range(MOST + 1)]
    assert shelf.get(names[0]) is None
    assert shelf.get(names[1]) == "1"
    shelf.delete(names[1])
    assert shelf.get(names[1]) is None
