"""Signing out here, and then at the provider that vouched: offered, never done by itself."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from idp.domain.social import Identity
from idp.models import BrowserSession, SocialSession
from idp.services import keys, social_links
from idp.services.upstreams import Upstreams
from idp.settings.client import Client
from idp.settings.root import Settings
from idp.web.upstreams import EXTENSION
from tests.conftest import MakeWork
from tests.oidc.relying_party import Browser, RelyingParty
from tests.people import add_account, add_holder
from tests.social.conftest import Tenant, Traveller
from tests.upstream import Other

Leave = Callable[..., TestResponse]
BYE = "https://web.example/bye?kept=1"
FRONT = "https://web.example/gone"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual settings, with an app that can be signed out of, and one that hears of it in the browser."""
    paris = settings.landlords["paris"]
    app = Client(
        client_id="web",
        name="web",
        secret_file=paris.clients[0].secret_file,
        first_party=True,
        redirect_uris=["https://web.example/callback"],
        post_logout_redirect_uris=[BYE],
        scopes=["openid"],
    )
    hearing = app.model_copy(update={"client_id": "hearing", "frontchannel_logout_uri": FRONT})
    changed = paris.model_copy(update={"clients": [*paris.clients, app, hearing]})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": changed}})


@pytest.fixture
def vouched(app: Flask, traveller: Traveller, other: Other, make_work: MakeWork) -> Browser:
    """A browser whose person another provider has vouched for."""
    work = make_work()
    keys.ensure(work)
    account = add_account(work, add_holder(work))
    assert social_links.link(work, account, "other", Identity(other.issuer, "chloe-there", None)) is None
    work.db.commit()
    assert traveller.come_back(other.allow(traveller.leave())).status_code == 303
    found = Browser(app)
    found.cookies = traveller.client
    return found


@pytest.fixture
def leave(app: Flask, settings: Settings, vouched: Browser) -> Leave:
    """Sign in to an app, and out of it again."""

    def signed_out(name: str, **asked: str) -> TestResponse:
        client = settings.landlords["paris"].client(name)
        assert client is not None
        hint = RelyingParty(app, client).tokens(vouched)["id_token"]
        return vouched.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE, **asked})

    return signed_out


def asked_there(text: str, other: Other) -> dict[str, str]:
    """Read what the provider's sign-out is asked by the link of a page."""
    query = text.partition(f'href="{other.issuer}/session/end?')[2].partition('"')[0].replace("&amp;", "&")
    return dict(parse_qsl(query, strict_parsing=True))


@pytest.mark.spec("RP-Initiated Logout 3")
@pytest.mark.journey("paris-11")
@pytest.mark.parametrize("name", ["web", "hearing"])
def test_an_app_that_signs_out_gets_its_person_back_from_the_other_provider_too(
    leave: Leave, vouched: Browser, other: Other, make_work: MakeWork, name: str
) -> None:
    page = leave(name, state="é & b")
    assert page.status_code == 200
    assert "Refresh" not in page.headers
    assert (FRONT in page.text) == (name == "hearing")
    assert 'href="https://web.example/bye?kept=1&amp;state=%C3%A9%20%26%20b"' in page.text
    work = make_work()
    assert work.db.scalars(select(BrowserSession).where(BrowserSession.ended_at.is_(None))).all() == []
    work.db.commit()
    asked = asked_there(page.text, other)
    assert asked["post_logout_redirect_uri"] == "http://localhost:8000/paris/social/other/signed-out"
    assert asked["id_token_hint"].count(".") == 2
    assert len(asked["state"]) >= 32
    back = vouched.get("/social/other/signed-out", {"state": asked["state"]})
    assert (back.status_code, back.location) == (303, f"{BYE}&state=%C3%A9%20%26%20b")
    again = vouched.get("/social/other/signed-out", {"state": asked["state"]})
    assert again.location == "/paris/sign-out"


@pytest.mark.threat("T-39")
@pytest.mark.threat("T-30")
@pytest.mark.parametrize("state", ["", "x" * 43, "é"])
def test_another_state_leads_to_no_app(leave: Leave, vouched: Browser, state: str) -> None:
    assert leave("web").status_code == 200
    assert vouched.get("/social/other/signed-out", {"state": state}).location == "/paris/sign-out"


def test_a_state_is_the_browsers_own(app: Flask, leave: Leave, other: Other) -> None:
    page = leave("web")
    asked = asked_there(page.text, other)
    assert Browser(app).get("/social/other/signed-out", asked).location == "/paris/sign-out"


def test_a_provider_that_is_down_keeps_nobody_from_the_app(
    app: Flask, settings: Settings, leave: Leave, other: Other
) -> None:
    app.extensions[EXTENSION] = Upstreams(settings)
    other.twists["/.well-known/openid-configuration"] = lambda: (503, "text/plain", b"")
    page = leave("web")
    assert (page.status_code, page.location) == (303, BYE)


def test_who_came_by_a_first_connection_is_offered_it_too(
    tenant: Tenant, letter: str, other: Other, make_work: MakeWork
) -> None:
    assert tenant.connect(letter).status_code == 303
    tenant.traveller.get("/sign-out")
    page = tenant.traveller.submit()
    assert asked_there(page.text, other)["post_logout_redirect_uri"].endswith("/paris/social/other/signed-out")
    tokens = make_work().db.scalars(select(SocialSession)).all()
    assert all(".eyJ" not in row.sealed for row in tokens)


def test_a_sign_out_here_comes_back_here(vouched: Browser, traveller: Traveller, other: Other) -> None:
    traveller.get("/sign-out")
    asked = asked_there(traveller.submit().text, other)
    back = traveller.get(f"/social/other/signed-out?state={asked['state']}")
    assert urlsplit(back.location).path == "/paris/sign-out"
    assert "Votre session est fermée" in traveller.follow().text
