"""Providers that do things their own way, as their stand-ins want it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from sqlalchemy import select

from idp.app import create_app
from idp.domain.social import Identity
from idp.models import BrowserSession, SocialSession
from idp.services import social_links
from idp.settings.root import Settings
from idp.settings.secret_files import write_secret
from idp.settings.social import Kind, Social, catalogue
from idp.web.database import db
from tests.conftest import HandClock, MakeWork
from tests.people import add_account, add_holder
from tests.social import stand_ins
from tests.social.conftest import Tenant, Traveller, arrived
from tests.upstream import CLIENT_ID, CURVE, SECRET, Claims, Other

CALLBACK = "http://localhost:8000/paris/social/{}/callback"
Offer = Callable[..., Traveller]


@pytest.fixture
def offer(settings: Settings, clock: HandClock, tmp_path: Path) -> Iterator[Offer]:
    """Offer one provider of the catalogue, whose addresses are those of a stand-in."""
    built: list[Flask] = []

    def made(kind: Kind, secret: str = SECRET, **said: Any) -> Traveller:
        write_secret(tmp_path / kind, secret)
        social = Social(provider=kind, client_id=CLIENT_ID, secret_file=tmp_path / kind, **said)
        paris = settings.landlords["paris"].model_copy(update={"social": [social]})
        app = create_app(settings.model_copy(update={"landlords": {**settings.landlords, "paris": paris}}), clock)
        app.testing = True
        built.append(app)
        return arrived(app)

    yield made
    for app in built:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def link(make_work: MakeWork, provider: str, issuer: str, subject: str) -> None:
    work = make_work()
    identity = Identity(issuer, subject, None)
    assert social_links.link(work, add_account(work, add_holder(work, "7000820")), provider, identity) is None
    work.db.commit()
    work.db.close()


def amr(make_work: MakeWork) -> list[str]:
    work = make_work()
    session = work.db.scalars(select(BrowserSession).where(BrowserSession.ended_at.is_(None))).one()
    work.db.commit()
    return session.amr


def asked_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query, strict_parsing=True))


def test_every_provider_of_the_catalogue_is_complete() -> None:
    assert set(catalogue()) == set(get_args(Kind))
    for kind, known in catalogue().items():
        assert known.issuer.startswith("https://") or kind == "oidc"
        assert all("/" not in host for host in known.hosts)
        if known.protocol == "oauth2":
            places = (known.authorization_endpoint, known.token_endpoint, known.userinfo_endpoint)
            assert {urlsplit(place).hostname for place in places} <= set(known.hosts)


@pytest.fixture
def facebook(offer: Offer, other: Other) -> Traveller:
    return offer("facebook", **stand_ins.facebook(other))


@pytest.mark.journey("paris-4")
def test_facebook(facebook: Traveller, other: Other, make_work: MakeWork) -> None:
    link(make_work, "facebook", "https://www.facebook.com", "10223344556677889")
    address = facebook.leave("facebook")
    asked = asked_of(address)
    assert asked.pop("state")
    assert asked == {
        "client_id": CLIENT_ID,
        "redirect_uri": CALLBACK.format("facebook"),
        "response_type": "code",
        "scope": "email",
    }
    assert facebook.come_back(other.allow(address)).status_code == 303
    assert other.faults == []
    assert amr(make_work) == ["fed", "fed:facebook"]


def test_an_address_of_facebook_is_not_offered(
    facebook: Traveller, other: Other, letter: str, make_work: MakeWork
) -> None:
    Tenant(facebook, other, make_work).prove(letter)
    facebook.come_back(other.allow(facebook.leave(path="/social/facebook/connect")))
    assert "chloe@example.net" not in facebook.follow().text
    assert other.faults == []


@pytest.fixture
def x(offer: Offer, other: Other) -> Traveller:
    return offer("x", **stand_ins.x(other))


@pytest.mark.journey("paris-4")
def test_x(x: Traveller, other: Other, make_work: MakeWork) -> None:
    link(make_work, "x", "https://x.com", "2244994945")
    assert "X (Twitter)" in x.get("/sign-in").text
    address = x.leave("x")
    asked = asked_of(address)
    assert asked.pop("state")
    assert len(asked.pop("code_challenge")) == 43
    assert asked == {
        "client_id": CLIENT_ID,
        "redirect_uri": CALLBACK.format("x"),
        "response_type": "code",
        "scope": "users.read tweet.read users.email",
        "code_challenge_method": "S256",
    }
    assert x.come_back(other.allow(address)).status_code == 303
    assert other.faults == []
    assert amr(make_work) == ["fed", "fed:x"]


def test_an_address_that_x_has_confirmed_is_offered(
    x: Traveller, other: Other, letter: str, make_work: MakeWork
) -> None:
    Tenant(x, other, make_work).prove(letter)
    x.come_back(other.allow(x.leave(path="/social/x/connect")))
    assert 'value="chloe@example.net"' in x.follow().text


@pytest.fixture
def franceconnect(offer: Offer, other: Other) -> Traveller:
    return offer("franceconnect", **stand_ins.franceconnect(other))


def test_franceconnect(franceconnect: Traveller, other: Other, make_work: MakeWork) -> None:
    link(make_work, "franceconnect", other.issuer, other.person["sub"])
    page = franceconnect.get("/sign-in").text
    assert "S’identifier avec <strong>FranceConnect</strong>" in page
    assert "Qu’est-ce que FranceConnect" in page
    address = franceconnect.leave("franceconnect")
    asked = asked_of(address)
    assert min(len(asked.pop("state")), len(asked.pop("nonce"))) >= 32
    assert asked == {
        "client_id": CLIENT_ID,
        "redirect_uri": CALLBACK.format("franceconnect"),
        "response_type": "code",
        "scope": "openid given_name family_name birthdate email",
        "acr_values": "eidas1",
    }
    assert franceconnect.come_back(other.allow(address)).status_code == 303
    assert other.faults == []


@pytest.mark.parametrize("handed_out", [True, False])
def test_the_mark_that_a_provider_hands_out_stands_on_its_button(
    offer: Offer, other: Other, tmp_path: Path, handed_out: bool
) -> None:
    mark = tmp_path / "mark.svg"
    mark.write_text('<svg xmlns="http://www.w3.org/2000/svg"><circle r="7"/></svg>')
    page = offer("franceconnect", mark=mark if handed_out else None, **stand_ins.franceconnect(other)).text
    assert ('class="franceconnect social"><img src="data:image/svg+xml,%3Csvg' in page) == handed_out
    assert ('class="franceconnect social"><span>' in page) != handed_out


@pytest.mark.parametrize(
    "told", [{"sub": "somebody-else"}, {"aud": "somebody-else"}, {"iss": "https://accounts.google.com"}, {"exp": 1}]
)
def test_what_franceconnect_tells_is_checked(
    franceconnect: Traveller, other: Other, make_work: MakeWork, told: Claims
) -> None:
    link(make_work, "franceconnect", other.issuer, other.person["sub"])
    other.extra["told"] = told
    assert franceconnect.come_back(other.allow(franceconnect.leave("franceconnect"))).status_code == 400


@pytest.mark.parametrize("body", [b'{"sub": "a"}', b"", b"a.b.c", b"\xff"])
def test_what_is_not_signed_is_not_believed(
    franceconnect: Traveller, other: Other, make_work: MakeWork, body: bytes
) -> None:
    link(make_work, "franceconnect", other.issuer, other.person["sub"])
    other.twists["/userinfo"] = lambda: (200, "application/jwt", body)
    assert franceconnect.come_back(other.allow(franceconnect.leave("franceconnect"))).status_code == 400


def test_signing_out_goes_on_to_franceconnect(franceconnect: Traveller, other: Other, make_work: MakeWork) -> None:
    link(make_work, "franceconnect", other.issuer, other.person["sub"])
    franceconnect.come_back(other.allow(franceconnect.leave("franceconnect")))
    work = make_work()
    kept = work.db.scalars(select(SocialSession)).one()
    assert ".eyJ" not in kept.sealed  # a token has two parts that begin so; chance makes three letters anywhere
    work.db.commit()
    franceconnect.get("/sign-out")
    page = franceconnect.submit()
    address = page.text.partition(f'href="{other.issuer}/session/end?')[2].partition('"')[0].replace("&amp;", "&")
    asked = dict(parse_qsl(address))
    assert jwt.decode(asked["id_token_hint"], CURVE, algorithms=["ES256"]).claims["sub"] == other.person["sub"]
    assert len(asked["state"]) >= 32
    assert asked["post_logout_redirect_uri"] == CALLBACK.format("franceconnect").replace("callback", "signed-out")
    assert franceconnect.get("/social/franceconnect/signed-out").location.endswith("/paris/sign-out")


def test_apple_signs_its_secret_and_answers_by_a_form(offer: Offer, other: Other, make_work: MakeWork) -> None:
    other.person = {"sub": "001.chloe"}
    apple = offer("apple", stand_ins.PEM, **stand_ins.apple(other))
    link(make_work, "apple", other.issuer, "001.chloe")
    address = apple.leave("apple")
    posted = apple.client.post(
        "/paris/social/apple/callback",
        data=asked_of(other.allow(address)),
        base_url="http://localhost:8000",
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://appleid.apple.com"},
    )
    assert posted.status_code == 303
    assert "Set-Cookie" not in posted.headers
    assert apple.come_back(posted.location).status_code == 303
    assert other.faults == []
    assert amr(make_work) == ["fed", "fed:apple"]
