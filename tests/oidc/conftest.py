"""Apps of every kind at one landlord, and people who are signed in."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request, request_started
from joserfc.jwk import RSAKey
from sqlalchemy import insert, select

from idp.models import Account, Base, BrowserSession
from idp.services import keys, sessions
from idp.settings.client import Client
from idp.settings.root import Settings
from tests.conftest import MakeWork
from tests.oidc.relying_party import Browser, RelyingParty
from tests.people import add_account, add_holder

SCOPES = ["openid", "profile", "email", "phone", "address", "contracts", "offline_access"]
APPS: dict[str, dict[str, Any]] = {
    "web": {
        "redirect_uris": ["https://web.example/callback", "https://web.example/other?kept=1"],
        "post_logout_redirect_uris": ["https://web.example/bye", "https://web.example/bye?kept=1"],
    },
    "post": {
        "auth": "client_secret_post",
        "redirect_uris": ["https://post.example/callback"],
        "post_logout_redirect_uris": ["https://post.example/bye"],
        "signing_alg": "ES256",
    },
    "salted": {
        "redirect_uris": ["https://salted.example/callback"],
        "signing_alg": "PS256",
        "userinfo_signed_response_alg": "ES256",
    },
    "edwards": {"redirect_uris": ["https://edwards.example/callback"], "signing_alg": "Ed25519"},
    "script": {"auth": "none", "redirect_uris": ["https://script.example/callback"]},
    "phone": {
        "auth": "none",
        "application_type": "native",
        "redirect_uris": ["example.lutece.phone:/callback", "http://127.0.0.1/callback"],
    },
    "pushing": {"redirect_uris": ["https://pushing.example/callback"], "require_pushed_authorization_requests": True},
    "bills": {
        "redirect_uris": ["https://bills.example/callback"],
        "backchannel_logout_uri": "https://bills.example/signed-out",
    },
    "works": {
        "redirect_uris": ["https://works.example/callback"],
        "backchannel_logout_uri": "https://works.example/signed-out",
        "signing_alg": "ES256",
    },
    "forum": {
        "redirect_uris": ["https://forum.example/callback"],
        "post_logout_redirect_uris": ["https://forum.example/bye"],
        "frontchannel_logout_uri": "https://forum.example/signed-out?kept=1",
    },
    "partner": {
        "name": "Watts & Compagnie",
        "first_party": False,
        "redirect_uris": ["https://partner.example/callback"],
        "backchannel_logout_uri": "https://partner.example/signed-out",
        "policy_uri": "https://partner.example/privacy",
    },
    "gadget": {
        "auth": "none",
        "first_party": False,
        "redirect_uris": ["https://gadget.example/callback"],
    },
    "screen": {
        "name": "Lutèce sur grand écran",
        "auth": "none",
        "redirect_uris": [],
        "grant_types": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
    },
    "kiosk": {
        "redirect_uris": [],
        "grant_types": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
        "scopes": ["openid", "email", "offline_access"],
        "signing_alg": "ES256",
    },
    "survey": {
        "redirect_uris": ["https://apps.poll.example/survey"],
        "subject_type": "pairwise",
        "post_logout_redirect_uris": ["https://apps.poll.example/bye"],
        "backchannel_logout_uri": "https://apps.poll.example/signed-out",
    },
    "results": {
        "redirect_uris": ["https://apps.poll.example/results", "https://apps.poll.example/other"],
        "subject_type": "pairwise",
        "signing_alg": "ES256",
        "userinfo_signed_response_alg": "ES256",
        "frontchannel_logout_uri": "https://apps.poll.example/front",
    },
    "sports": {
        "redirect_uris": ["https://sports.example/callback", "https://www.sports.example/callback"],
        "subject_type": "pairwise",
        "sector_identifier": "sports.example",
        "first_party": False,
    },
    "old": {"redirect_uris": ["https://old.example/callback"], "pkce": "off"},
    "narrow": {"redirect_uris": ["https://narrow.example/callback"], "scopes": ["openid", "contracts"]},
    "plain": {"redirect_uris": ["https://plain.example/callback"], "scopes": ["contracts"]},
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual settings with an app of every kind."""
    paris = settings.landlords["paris"]
    secret_file = paris.clients[0].secret_file
    apps = [_app(name, secret_file, values) for name, values in APPS.items()]
    landlord = paris.model_copy(update={"clients": [*paris.clients, *apps]})
    limits = settings.rate_limits.model_copy(update={"protocol": "1000000 per minute"})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": landlord}, "rate_limits": limits})


def _app(name: str, secret_file: Path | None, values: dict[str, Any]) -> Client:
    secret = None if values.get("auth") == "none" else secret_file
    return Client(
        **{"client_id": name, "name": name, "secret_file": secret, "scopes": SCOPES, "first_party": True} | values
    )


Party = Callable[[str], RelyingParty]
SignedIn = Callable[..., Browser]


@pytest.fixture
def party(app: Flask, settings: Settings) -> Party:
    """Apps by their `client_id`."""

    def find(client_id: str) -> RelyingParty:
        client = settings.landlords["paris"].client(client_id)
        assert client is not None
        return RelyingParty(app, client)

    return find


@pytest.fixture
def web(party: Party) -> RelyingParty:
    """A web app with a secret."""
    return party("web")


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """A browser that nobody is signed in with."""
    return Browser(app)


@pytest.fixture(scope="session", autouse=True)
def parsed_once() -> Iterator[None]:
    """Parse each private key once: to see whether the primes of an RSA key are primes takes as long as a test."""
    parse = RSAKey.import_key
    known: dict[str, RSAKey] = {}

    def import_key(value: Any, *rest: Any, **options: Any) -> RSAKey:
        if rest or options or not isinstance(value, dict) or "d" not in value:
            return parse(value, *rest, **options)
        name = json.dumps(value, sort_keys=True)
        if name not in known:
            known[name] = parse(value)
        return known[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RSAKey, "import_key", import_key)
        yield


KEY = Base.metadata.tables["signing_key"]
KEY_COLUMNS = [column for column in KEY.columns if column.name != "id"]
KEY_ROWS: list[dict[str, Any]] = []
"""The landlord's keys, made once: the root secret is the same in every test, and RSA keys take their time."""


@pytest.fixture(autouse=True)
def keys_at_hand(make_work: MakeWork) -> None:
    work = make_work()
    if KEY_ROWS:
        work.db.execute(insert(KEY), KEY_ROWS)
    else:
        keys.ensure(work)
        KEY_ROWS.extend(dict(row) for row in work.db.execute(select(*KEY_COLUMNS)).mappings())
    work.db.commit()


@pytest.fixture
def account(make_work: MakeWork) -> Account:
    """A person with an account."""
    work = make_work()
    account = add_account(work, add_holder(work))
    work.db.commit()
    return account


def open_session(
    browser: Browser, make_work: MakeWork, account: Account, in_place_of: Browser | None = None
) -> BrowserSession:
    """Sign a person in with a browser, beside the pages."""
    work = make_work()
    present = in_place_of.cookies.get_cookie("paris-session").value if in_place_of else None
    token = sessions.start(work, account.id, ["pwd"], sessions.find(work, present))
    session = sessions.find(work, token)
    assert session is not None
    work.db.commit()
    browser.cookies.set_cookie("paris-session", token, domain="localhost", path="/")
    return session


@pytest.fixture
def signed_in(app: Flask, make_work: MakeWork, account: Account) -> Browser:
    """A browser in which the person is signed in."""
    browser = Browser(app)
    open_session(browser, make_work, account)
    return browser


@pytest.fixture
def pages(app: Flask) -> Iterator[list[str]]:
    """The addresses that Flask was asked for."""
    asked: list[str] = []

    def note(*_: object, **__: object) -> None:
        asked.append(request.path)

    with request_started.connected_to(note, app):
        yield asked
