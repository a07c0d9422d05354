"""Providers that do things their own way: stand-ins from their public documentation, which check all."""

import hmac
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import ECKey
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
from tests.social.conftest import Tenant, Traveller, arrived
from tests.upstream import CLIENT_ID, CURVE, SECRET, Claims, Other, Reply, as_json, signed

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
    """https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow, stood in for."""

    def token(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        sent = other.sent.get(form.get("code", ""), {})
        wanted = {"client_id": CLIENT_ID, "client_secret": SECRET, "redirect_uri": sent.get("redirect_uri")}
        other.faults += [name for name, value in wanted.items() if form.get(name) != value]
        return as_json({"access_token": "there", "token_type": "bearer", "expires_in": 5183944})

    def me(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        proof = hmac.digest(SECRET.encode(), b"there", "sha256").hex()
        fits = {
            "method": method == "GET",
            "token": headers["Authorization"] == "Bearer there",
            "fields": query.get("fields") == "id,email",
            "appsecret_proof": query.get("appsecret_proof") == proof,
        }
        other.faults += [name for name, good in fits.items() if not good]
        return as_json({"id": "10223344556677889", "email": "chloe@example.net"})

    other.routes |= {"/v23.0/oauth/access_token": token, "/v23.0/me": me}
    return offer(
        "facebook",
        authorization_endpoint=f"{other.issuer}/v23.0/dialog/oauth",
        token_endpoint=f"{other.issuer}/v23.0/oauth/access_token",
        userinfo_endpoint=f"{other.issuer}/v23.0/me?fields=id,email",
    )


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
    """https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code, stood in for."""

    def token(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        basic = b64decode(headers.get("Authorization", "").removeprefix("Basic ")).decode()
        sent = other.sent.get(form.get("code", ""), {})
        fits = {
            "basic": basic == f"{CLIENT_ID}:{SECRET}",
            "secret in the form": "client_secret" not in form,
            "grant_type": form.get("grant_type") == "authorization_code",
            "redirect_uri": form.get("redirect_uri") == sent.get("redirect_uri"),
            "code_verifier": other.proves(form.get("code_verifier", ""), sent.get("code_challenge")),
        }
        other.faults += [name for name, good in fits.items() if not good]
        return as_json({"token_type": "bearer", "expires_in": 7200, "access_token": "there", "scope": "users.read"})

    def me(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        fits = {
            "token": headers["Authorization"] == "Bearer there",
            "user.fields": query.get("user.fields") == "confirmed_email",
        }
        other.faults += [name for name, good in fits.items() if not good]
        return as_json({"data": {"id": "2244994945", "username": "chloe", "confirmed_email": "chloe@example.net"}})

    other.routes |= {"/2/oauth2/token": token, "/2/users/me": me}
    return offer(
        "x",
        authorization_endpoint=f"{other.issuer}/i/oauth2/authorize",
        token_endpoint=f"{other.issuer}/2/oauth2/token",
        userinfo_endpoint=f"{other.issuer}/2/users/me?user.fields=confirmed_email",
    )


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
    """https://docs.partenaires.franceconnect.gouv.fr/fs/, stood in for: userinfo is signed, with ES256."""
    other.sign = lambda claims: signed(claims, CURVE)
    other.person = {"sub": "b6048e95bb134ec5b1d1e1fa69f287172e91722b9354d637a1bcf2ebb0fd2ef5v1"}
    told = {**other.person, "aud": CLIENT_ID, "iss": other.issuer, "given_name": "Chloé", "family_name": "LEFÈVRE"}

    def userinfo(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        other.faults += [] if headers["Authorization"] == "Bearer there" else ["token"]
        return 200, "application/jwt", signed(told | other.extra.get("told", {}), CURVE).encode()

    def token(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        sent = other.sent.get(form.get("code", ""), {})
        wanted = {
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
            "redirect_uri": sent.get("redirect_uri"),
            "grant_type": "authorization_code",
        }
        other.faults += [name for name, value in wanted.items() if form.get(name) != value]
        now = int(other.clock().timestamp())
        claims = {**other.person, "iss": other.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60}
        claims |= {"nonce": sent.get("nonce"), "acr": "eidas1"}
        return as_json({"access_token": "there", "expires_in": 60, "id_token": other.sign(claims)})

    other.routes |= {"/userinfo": userinfo, "/token": token}
    return offer("franceconnect", issuer=other.issuer)


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
    assert "eyJ" not in kept.sealed
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
    """https://developer.apple.com/documentation/signinwithapple, stood in for."""
    key = ECKey.generate_key("P-256")
    secrets: list[jwt.Token] = []

    def token(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        secrets.append(jwt.decode(form["client_secret"], key, algorithms=["ES256"]))
        sent, now = other.sent[form["code"]], int(other.clock().timestamp())
        claims = {"sub": "001.chloe", "iss": other.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60}
        return as_json({"access_token": "there", "id_token": signed({**claims, "nonce": sent["nonce"]})})

    other.routes["/token"] = token
    pem = key.as_pem(private=True).decode()
    apple = offer("apple", pem, team_id="TEAM123456", key_id="KEY1234567", issuer=other.issuer)
    link(make_work, "apple", other.issuer, "001.chloe")
    address = apple.leave("apple")
    assert asked_of(address)["response_mode"] == "form_post"
    answer = asked_of(other.allow(address))
    posted = apple.client.post(
        "/paris/social/apple/callback",
        data=answer,
        base_url="http://localhost:8000",
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://appleid.apple.com"},
    )
    assert posted.status_code == 303
    assert "Set-Cookie" not in posted.headers
    assert apple.come_back(posted.location).status_code == 303
    (secret,) = secrets
    assert secret.header["kid"] == "KEY1234567"
    claims = secret.claims
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("TEAM123456", CLIENT_ID, other.issuer)
    assert 0 < claims["exp"] - claims["iat"] <= 300
    assert amr(make_work) == ["fed", "fed:apple"]
